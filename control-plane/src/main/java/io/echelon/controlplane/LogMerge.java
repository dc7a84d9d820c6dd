package io.echelon.controlplane;

import io.echelon.tenants.LogRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lines from several nodes on their way into one order, that of their times.
 *
 * <p>A line is held back for {@link #HOLD_NANOS} after it arrived, so that an earlier one from a
 * slower node can still go before it; one that comes later than that is late and goes out as it
 * comes. Nothing is dropped but past lines above the limit: whoever adds to a full merge waits.
 *
 * <p>Thread safety: many may add, one takes.
 */
final class LogMerge {
    static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int CAPACITY = 2 * LogQuery.LIMIT_MAX;

    private record Held(LogRecord record, long order, long arrived) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Held> held =
            new PriorityQueue<>(
                    Comparator.comparing((Held line) -> line.record().time())
                            .thenComparingLong(Held::order));
    private final LongSupplier nanoTime;
    private final int pastLimit;
    private long order;
    private boolean past = true;
    private boolean complete;

    /**
     * @param pastLimit most lines that the first {@link #take} returns, the newest of them
     */
    LogMerge(int pastLimit, LongSupplier nanoTime) {
        this.pastLimit = pastLimit;
        this.nanoTime = nanoTime;
    }

    /** Adds a line; waits while there is no room. */
    void add(LogRecord line) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!past && held.size() >= CAPACITY) {
                changed.await();
            }
            held.add(new Held(line, order++, nanoTime.getAsLong()));
            if (past && held.size() > pastLimit) {
                held.remove();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that no more lines will come. */
    void complete() {
        lock.lock();
        try {
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all lines are there and takes them; empty after that. */
    List<LogRecord> takeAll() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!complete) {
                changed.await();
            }
            List<LogRecord> lines = new ArrayList<>();
            while (!held.isEmpty()) {
                lines.add(held.remove().record());
            }
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for lines that have been held long enough and takes them, at least one. */
    List<LogRecord> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                List<LogRecord> lines = new ArrayList<>();
                long left = HOLD_NANOS;
                while (!held.isEmpty()) {
                    left = held.element().arrived() + HOLD_NANOS - nanoTime.getAsLong();
                    if (left > 0) {
                        break;
                    }
                    lines.add(held.remove().record());
                }
                if (!lines.isEmpty()) {
                    past = false;
                    changed.signalAll();
                    return lines;
                }
                if (held.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
