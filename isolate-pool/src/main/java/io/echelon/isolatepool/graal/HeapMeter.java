package io.echelon.isolatepool.graal;

import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.TruffleContext;
import com.oracle.truffle.api.instrumentation.ContextsListener;
import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.nodes.LanguageInfo;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An instrument that measures what one context retains on the heap. It is the only open-source way
 * to attribute memory to a context on a stock JDK: {@code sandbox} limits need the commercial
 * runtime.
 */
public final class HeapMeter extends TruffleInstrument {
    static final String ID = "echelon-heap-meter";

    /** What {@link #retainedBytes} gives for a context that was closed in between. */
    static final long GONE = -1;

    /** What {@link #retainedBytes} gives for a guest that can't be made to stand still now. */
    static final long BUSY = -2;

    private static final long PAUSE_MILLIS = 100;

    private static final ThreadLocal<@Nullable TruffleContext> CREATED = new ThreadLocal<>();
    private @Nullable Env env;

    @Override
    protected void onCreate(Env instrumentEnv) {
        env = instrumentEnv;
        instrumentEnv.registerService(this);
        instrumentEnv
                .getInstrumenter()
                .attachContextsListener(
                        new ContextsListener() {
                            @Override
                            public void onContextCreated(TruffleContext context) {
                                CREATED.set(context);
                            }

                            @Override
                            public void onLanguageContextCreated(
                                    TruffleContext context, LanguageInfo language) {}

                            @Override
                            public void onLanguageContextInitialized(
                                    TruffleContext context, LanguageInfo language) {}

                            @Override
                            public void onLanguageContextFinalized(
                                    TruffleContext context, LanguageInfo language) {}

                            @Override
                            public void onLanguageContextDisposed(
                                    TruffleContext context, LanguageInfo language) {}

                            @Override
                            public void onContextClosed(TruffleContext context) {}
                        },
                        false);
    }

    /** The context that the calling thread created last; can be taken once. */
    TruffleContext takeCreated() {
        TruffleContext context = CREATED.get();
        CREATED.remove();
        if (context == null) {
            throw new IllegalStateException("no context was created by this thread");
        }
        return context;
    }

    /** A guest that was asked to stand still, and does so until it has been measured. */
    static final class Standstill {
        private final TruffleContext context;
        private final Future<Void> pause;

        private Standstill(TruffleContext context) {
            this.context = context;
            this.pause = context.pause();
        }
    }

    /** Asks a guest to stand still at its next safepoint; it has to be measured then. */
    static Standstill halt(TruffleContext context) {
        return new Standstill(context);
    }

    /**
     * Bytes that a context retains, at most a little over a bound; the guest stands still
     * meanwhile.
     *
     * @param stopAtBytes where counting may stop
     * @return the bytes, or {@link #GONE}, or {@link #BUSY}
     */
    long retainedBytes(TruffleContext context, long stopAtBytes) {
        if (context.isClosed()) {
            return GONE;
        }
        Standstill halted = halt(context);
        long retained = retainedBytes(halted, stopAtBytes);
        if (retained == BUSY) {
            context.resume(halted.pause);
        }
        return retained;
    }

    /**
     * Like the other, of a guest that was halted before; it goes on afterwards. One that is {@link
     * #BUSY} stays halted, to be measured when it does stand still.
     */
    long retainedBytes(Standstill halted, long stopAtBytes) {
        Env instrumentEnv = env;
        boolean goesOn = true;
        try {
            if (instrumentEnv == null || halted.context.isClosed()) {
                return GONE;
            }
            if (!paused(halted.pause)) {
                goesOn = false;
                return BUSY;
            }
            return instrumentEnv.calculateContextHeapSize(
                    halted.context, stopAtBytes, new AtomicBoolean());
        } catch (IllegalStateException | UnsupportedOperationException e) {
            return GONE;
        } finally {
            if (goesOn) {
                halted.context.resume(halted.pause);
            }
        }
    }

    /**
     * Cancels a context from within at its next safepoint. The engine asks a guest to stop once,
     * and one that asks at the very end of the stack can lose the question.
     */
    void cancelWithin(TruffleContext context) {
        Env instrumentEnv = env;
        if (instrumentEnv == null || context.isClosed()) {
            return;
        }
        var _ =
                instrumentEnv.submitThreadLocal(
                        context,
                        null,
                        new ThreadLocalAction(true, false) {
                            @Override
                            protected void perform(Access access) {
                                if (context.isEntered()) { // and not the thread's next guest
                                    context.closeCancelled(access.getLocation(), "stopped");
                                }
                            }
                        });
    }

    /**
     * Whether a guest stands still. One inside a long built-in does not reach a safepoint;
     * measuring would wait for it without end.
     */
    private static boolean paused(Future<Void> pause) {
        try {
            pause.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
