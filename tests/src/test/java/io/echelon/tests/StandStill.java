package io.echelon.tests;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a thread that only sleeps had to wait for a processor: what a measurement beside it
 * cannot tell from a platform that stands still. Two processors with several nodes that start and
 * compile keep such a thread waiting for seconds.
 */
final class StandStill implements AutoCloseable {
    private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final AtomicLong longest = new AtomicLong();
    private final Thread thread;
    private volatile boolean over;

    /** Begins to look. */
    StandStill() {
        thread = Thread.ofPlatform().daemon().name("stand-still").start(this::look);
    }

    private void look() {
        long last = System.nanoTime();
        while (!over) {
            LockSupport.parkNanos(SLEEP_NANOS);
            long now = System.nanoTime();
            longest.accumulateAndGet(now - last - SLEEP_NANOS, Math::max);
            last = now;
        }
    }

    /** The longest wait since the last time, in seconds. */
    double take() {
        return longest.getAndSet(0) / 1e9;
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
