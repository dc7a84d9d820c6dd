package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.Invocation;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.tenants.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way: from waiting for an isolate, through the guest's answer, to the report. The
 * sink hears of it in the promised order whatever thread things happen on, and is told the end
 * once.
 */
final class JsCall implements Call {
    private static final AtomicInteger IDS = new AtomicInteger();

    private final int id = IDS.incrementAndGet() & Integer.MAX_VALUE;
    private final Invocation invocation;
    private final ResponseSink sink;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean abortAsked = new AtomicBoolean();
    private volatile long beganNanos;
    private volatile long cpuNanos;
    private volatile boolean entered;
    private volatile boolean headSent;
    private volatile boolean bodyComplete;
    private volatile boolean timeoutAsked;
    private volatile long timeoutAskedNanos;
    private volatile boolean doneSaid;
    private volatile @Nullable Guest server;
    private volatile @Nullable IsolateKind kind;
    private volatile @Nullable Outcome failure;
    private @Nullable CallBreaker breaker;
    private int logLines;
    private int logLinesDropped;

    JsCall(Invocation invocation, ResponseSink sink) {
        this.invocation = invocation;
        this.sink = sink;
    }

    int id() {
        return id;
    }

    Invocation invocation() {
        return invocation;
    }

    /** Whether it is a cron's or a queue's, so that nobody waits for the answer. */
    boolean isEvent() {
        return invocation instanceof FunctionEvent;
    }

    /** Names the call in logs. */
    String requestId() {
        return invocation.requestId();
    }

    /** The request, of a call that can't be an event. */
    FunctionRequest request() {
        return switch (invocation) {
            case FunctionRequest request -> request;
            case FunctionEvent event ->
                    throw new IllegalStateException("no request: " + event.requestId());
        };
    }

    /** The body of the request; null when there is none. */
    @Nullable BodySource body() {
        return invocation instanceof FunctionRequest request ? request.body() : null;
    }

    /** What has to come within the limit of wall time. */
    String awaited() {
        return switch (invocation) {
            case FunctionRequest _ -> "response head";
            case FunctionEvent _ -> "end of its handler";
        };
    }

    long startNanos() {
        return startNanos;
    }

    /** Binds the call to the isolate that will serve it. */
    void begin(Guest guest, IsolateKind isolateKind) {
        kind = isolateKind;
        beganNanos = System.nanoTime();
        server = guest;
        if (abortAsked.get()) {
            guest.abort(this);
        }
    }

    /** Names who counts how calls end; before the call is given to an isolate. */
    void countBy(CallBreaker counting) {
        breaker = counting;
    }

    /** Notes that the guest was called; until then it can't be blamed for being silent. */
    void enter() {
        entered = true;
    }

    boolean isEntered() {
        return entered;
    }

    @Nullable Guest server() {
        return server;
    }

    @Override
    public void cancel() {
        if (!abortAsked.compareAndSet(false, true)) {
            return;
        }
        Guest guest = server;
        if (guest == null) {
            finish(Outcome.CANCELED, null, 0);
        } else {
            guest.abort(this);
        }
    }

    /** CPU time used so far by finished tasks, in nanoseconds. */
    long cpuNanos() {
        return cpuNanos;
    }

    /** Adds a finished task's CPU time; tasks of one call never run at the same time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time: the isolate's turn
    void addCpuNanos(long nanos) {
        cpuNanos += nanos;
    }

    boolean isHeadSent() {
        return headSent;
    }

    boolean isBodyComplete() {
        return bodyComplete;
    }

    boolean isFinished() {
        return finished.get();
    }

    /** Notes that the call's time is over; false when that was known. */
    boolean askTimeout() {
        if (timeoutAsked) {
            return false;
        }
        timeoutAskedNanos = System.nanoTime();
        timeoutAsked = true;
        return true;
    }

    boolean isTimeoutAsked() {
        return timeoutAsked;
    }

    /** When it was asked to end, on the clock of {@link System#nanoTime()}; only once it was. */
    long timeoutAskedNanos() {
        return timeoutAskedNanos;
    }

    boolean isDoneSaid() {
        return doneSaid;
    }

    void sayDone() {
        doneSaid = true;
    }

    @Nullable Outcome failure() {
        return failure;
    }

    void fail(Outcome outcome) {
        failure = outcome;
    }

    /** Sends the head; ignored when the call is over or has sent one. */
    void respond(int status, String[] headers, byte @Nullable [] body, long currentTaskCpuNanos) {
        IsolateKind from = kind;
        if (headSent || finished.get() || from == null) {
            return;
        }
        headSent = true;
        bodyComplete = body != null;
        sink.head(
                new ResponseHead(
                        status,
                        headers,
                        body,
                        from,
                        beganNanos - startNanos,
                        cpuNanos + currentTaskCpuNanos));
    }

    CompletionStage<Void> write(byte[] chunk) {
        if (finished.get()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the call is over"));
        }
        return sink.write(chunk);
    }

    void end() {
        if (!finished.get() && headSent && !bodyComplete) {
            bodyComplete = true;
            sink.end();
        }
    }

    /** Counts a line of the log; false when the request has had its share. */
    boolean admitLogLine(int max) {
        if (logLines < max) {
            logLines++;
            return true;
        }
        logLinesDropped++;
        return false;
    }

    int logLinesDropped() {
        return logLinesDropped;
    }

    /**
     * Ends the call once; later ends are ignored.
     *
     * @param message for the caller; null when the outcome says it all
     */
    void finish(Outcome outcome, @Nullable String message, long peakMemoryBytes) {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        CallBreaker counting = breaker;
        if (counting != null) {
            counting.ended(outcome);
        }
        long now = System.nanoTime();
        long began = beganNanos == 0 ? now : beganNanos;
        sink.finished(
                new CallReport(
                        outcome,
                        message,
                        kind,
                        began - startNanos,
                        cpuNanos,
                        peakMemoryBytes,
                        now - startNanos));
    }
}
