package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A circuit breaker around a revision whose calls have to be stopped for their CPU time or memory
 * again and again. What such calls leave behind, heaps to collect above all, is paid by everybody;
 * so after three stops for CPU time, or two for memory, with few good calls between them the
 * revision rests, one call is tried, and each one that has to be stopped doubles the rest. A few
 * good calls close the breaker.
 *
 * <p><b>Thread safety.</b> Any thread may call any method.
 */
final class CallBreaker {
    private static final long FIRST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int CPU_STOP = 16;
    private static final int MEMORY_STOP = 24;
    private static final int GOOD_CALL = 4;
    private static final int OPEN = 3 * CPU_STOP - GOOD_CALL;
    private static final int MOST = 4 * CPU_STOP;

    private final LongSupplier nanoTime;
    private volatile int score;
    private long restNanos;
    private long restUntil;
    private boolean trying;

    /**
     * @param nanoTime a clock in nanoseconds that only goes forward
     */
    CallBreaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Asks for a call to be let through; else returns how long the rest lasts, in nanoseconds. */
    long admit() {
        return score < OPEN ? 0 : tryOne();
    }

    private synchronized long tryOne() {
        long now = nanoTime.getAsLong();
        if (score < OPEN) {
            return 0;
        }
        if (now - restUntil < 0) {
            return restUntil - now;
        }
        trying = true;
        restUntil = now + restNanos;
        return 0;
    }

    /** Whether calls had to be stopped again and again, so that few are let through. */
    boolean isOpen() {
        return score >= OPEN;
    }

    /** Forgets what calls have done. */
    synchronized void forgive() {
        score = 0;
        restNanos = 0;
        restUntil = nanoTime.getAsLong();
        trying = false;
    }

    /** Counts a call that has ended. */
    void ended(Outcome outcome) {
        switch (outcome) {
            case EXCEEDED_CPU -> stopped(CPU_STOP);
            case EXCEEDED_MEMORY -> stopped(MEMORY_STOP);
            case OK, EXCEPTION -> {
                if (score > 0) {
                    wentWell();
                }
            }
            default -> {
                // Says nothing about what the next one will use.
            }
        }
    }

    private synchronized void stopped(int weight) {
        boolean wasOpen = score >= OPEN;
        score = Math.min(MOST, score + weight);
        if (score < OPEN || (wasOpen && !trying)) {
            return; // one of many that were let through earlier
        }
        restNanos = wasOpen ? Math.min(LONGEST_REST_NANOS, 2 * restNanos) : FIRST_REST_NANOS;
        restUntil = nanoTime.getAsLong() + restNanos;
        trying = false;
    }

    private synchronized void wentWell() {
        score = Math.max(0, score - GOOD_CALL);
        restNanos /= 2;
        long sooner = nanoTime.getAsLong() + restNanos;
        if (restUntil - sooner > 0) {
            restUntil = sooner;
        }
        trying = false;
    }
}
