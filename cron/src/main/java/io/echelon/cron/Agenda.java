package io.echelon.cron;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done at which time.
 *
 * <p><b>Thread safety.</b> May be used from any thread.
 */
final class Agenda {
    private record Item(Instant at, Runnable task) {}

    private final PriorityQueue<Item> items = new PriorityQueue<>(Comparator.comparing(Item::at));

    synchronized void add(Instant at, Runnable task) {
        Item first = items.peek();
        items.add(new Item(at, task));
        if (first == null || at.isBefore(first.at())) {
            notifyAll();
        }
    }

    /** Takes a task whose time has come; null when there is none. */
    synchronized @Nullable Runnable takeDue(Instant now) {
        Item first = items.peek();
        if (first == null || first.at().isAfter(now)) {
            return null;
        }
        items.remove();
        return first.task();
    }

    /** How many tasks are due. */
    synchronized int countDue(Instant now) {
        Item first = items.peek();
        return first == null || first.at().isAfter(now)
                ? 0
                : (int) items.stream().filter(item -> !item.at().isAfter(now)).count();
    }

    /** Waits until something is due, but not longer than {@code most}. */
    synchronized void await(CronTime time, Duration most) throws InterruptedException {
        long end = time.nanos() + most.toNanos();
        while (true) {
            Item first = items.peek();
            long nanos = end - time.nanos();
            if (first != null) {
                nanos = Math.min(nanos, nanosUntil(first.at(), time.now(), most));
            }
            if (nanos <= 0) {
                return;
            }
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
    }

    private static long nanosUntil(Instant at, Instant now, Duration most) {
        if (!at.isAfter(now)) {
            return 0;
        }
        Duration until = Duration.between(now, at);
        return until.compareTo(most) > 0 ? most.toNanos() : until.toNanos();
    }
}
