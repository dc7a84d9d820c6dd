package io.echelon.isolatepool.hostile;

import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A well-behaved function that is called all the time while others misbehave. */
final class Neighbour implements AutoCloseable {
    private static final String SOURCE =
            """
            const numbers = Array.from({ length: 100 }, (_, i) => i);
            export default {
              fetch: (request) => new Response(
                  `${new URL(request.url).pathname} ${numbers.reduce((sum, n) => sum + n)}`),
            };
            """;

    private static final long PAUSE_NANOS = 5_000_000;

    private final Arena arena;
    private final RevisionId id;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    Neighbour(Arena arena) {
        this.arena = arena;
        this.id = arena.install(SOURCE);
        Thread.ofPlatform().name("neighbour").daemon().start(this::callSteadily);
    }

    private void callSteadily() {
        while (!stopped) {
            Answer answer = arena.get(id);
            if (answer.report().outcome() != Outcome.OK) {
                failures.add(answer.report().toString());
            } else if (!answer.text().equals("/ 4950")) {
                failures.add(answer.text());
            }
            answered.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Calls answered so far. */
    int answered() {
        return answered.get();
    }

    /** Waits until a call has been answered that began after so many were. */
    void awaitAnswerAfter(int answeredBefore) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (answered.get() <= answeredBefore + 1) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the neighbour is not answered any more");
            }
            Thread.onSpinWait();
        }
    }

    /** Calls that did not end as they should. */
    Queue<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
