package io.echelon.edgeruntime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets few calls begin at a time: crons are often due in the same second, and a request that comes
 * then should not wait behind hundreds of them. A call that goes on makes room for the next after a
 * moment, so all begin within a second even when there are many and each is long.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class StartGate {
    private static final int PLACES = 6;

    /** How long a call that goes on counts as one that begins. */
    private static final long BEGINNING_MS = 8;

    private final Deque<Supplier<? extends CompletionStage<?>>> waiting = new ArrayDeque<>();
    private int free = PLACES;

    /**
     * Begins a call, at once or when it is its turn.
     *
     * @param call begins it without waiting; the result completes when it has ended
     */
    void enter(Supplier<? extends CompletionStage<?>> call) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(call);
                return;
            }
            free--;
        }
        begin(call);
    }

    private void begin(Supplier<? extends CompletionStage<?>> call) {
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave =
                () -> {
                    if (left.compareAndSet(false, true)) {
                        leave();
                    }
                };
        CompletableFuture.delayedExecutor(BEGINNING_MS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(leave);
        var _ = call.get().whenComplete((_, _) -> leave.run());
    }

    private void leave() {
        Supplier<? extends CompletionStage<?>> next = takeNext();
        if (next != null) {
            begin(next);
        }
    }

    private synchronized @Nullable Supplier<? extends CompletionStage<?>> takeNext() {
        Supplier<? extends CompletionStage<?>> next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }
}
