package io.echelon.edgeruntime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate, and what may come at once above it: a token bucket kept as one number, the time at which
 * the bucket would be full again. Whoever takes moves it on, and is refused when that leads further
 * into the future than the burst is long. One compare-and-set, no lock and no timer.
 */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;

    /**
     * @param interval nanoseconds from one to the next
     * @param burst nanoseconds by which all together may be ahead
     */
    private record Pace(long interval, long burst) {}

    private final AtomicLong fullAt;
    private volatile Pace pace;

    /**
     * @param perSecond 1 or more
     * @param atOnce 1 or more
     * @param nowNanos {@link System#nanoTime}
     */
    RateLimit(long perSecond, long atOnce, long nowNanos) {
        this.fullAt = new AtomicLong(nowNanos);
        this.pace = pace(perSecond, atOnce);
    }

    /** Changes the rate from here on. */
    void set(long perSecond, long atOnce) {
        pace = pace(perSecond, atOnce);
    }

    /**
     * Takes as many as that, or none. More than may come at once are let through when nothing else
     * came for long, and make those after them wait.
     */
    boolean take(int count, long nowNanos) {
        Pace now = pace;
        long step = now.interval() * count;
        long most = Math.max(now.burst(), step);
        while (true) {
            long before = fullAt.get();
            long after = (before - nowNanos > 0 ? before : nowNanos) + step;
            if (after - nowNanos > most) {
                return false;
            }
            if (fullAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    private static Pace pace(long perSecond, long atOnce) {
        long interval = Math.max(1, SECOND / perSecond);
        return new Pace(interval, interval * atOnce);
    }
}
