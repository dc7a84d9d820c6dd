package io.echelon.cron;

import java.time.Duration;

/**
 * How much of what is due at once begins at a time: a portion every {@link #BETWEEN} by the clock,
 * so that requests that come meanwhile find a processor, and more where the moment between two was
 * longer than it should be, so that the last ones do not come late.
 *
 * <p><b>Thread safety.</b> None.
 */
final class Pace {
    /** The moment between two portions. */
    static final Duration BETWEEN = Duration.ofMillis(10);

    /** The least portion; more than that is due when there is something to spread. */
    static final int PORTION = 8;

    private static final int PORTIONS = 60;
    private static final int LATE_MAX = 4;

    private long nextNanos;

    /** Says that nothing is left to be spread. */
    void rest(long nanos) {
        nextNanos = nanos;
    }

    /**
     * How many begin now.
     *
     * @param due how many are due
     * @param nanos the time, as {@link System#nanoTime} counts
     */
    int next(int due, long nanos) {
        int portions =
                Math.clamp(1 + Math.floorDiv(nanos - nextNanos, BETWEEN.toNanos()), 1, LATE_MAX);
        long next = nextNanos + portions * BETWEEN.toNanos();
        nextNanos = next - nanos > 0 ? next : nanos; // what is later than that is not made up for
        return portions * Math.max(PORTION, due / PORTIONS);
    }
}
