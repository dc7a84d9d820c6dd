package io.echelon.isolatepool.graal;

import com.oracle.truffle.api.TruffleSafepoint;
import io.echelon.tenants.TenantName;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a lane, on which isolates take their turns, fairly between tenants. There are as
 * many as asked for; a thread whose turn lasts long is lowered and another takes its place, so that
 * a guest that computes never keeps the others waiting. Platform threads, because a virtual thread
 * has no CPU or allocation counter.
 */
final class TurnScheduler implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Threads out of the ranks at a time; beyond these, long turns hold up short ones. */
    private static final int MAX_REPLACED = 64;

    /**
     * Deep enough for a guest's recursion to end in its own RangeError at some ten thousand frames.
     */
    private static final long STACK_BYTES = 4L << 20;

    /** So long may last turns take when the pool closes; a guest that loops is cancelled then. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Lane lane;
    private final Nap watchdogs;
    private final FairQueue turns;
    private final FairQueue refills;
    private final Semaphore available = new Semaphore(0);
    private final List<TurnThread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger replaced = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private volatile boolean closed;

    /**
     * @param watchdogs ended when a turn begins
     * @param size threads, 1 or more
     * @param weights of tenants, 1 or more
     */
    TurnScheduler(Lane lane, Nap watchdogs, int size, ToIntFunction<TenantName> weights) {
        this.lane = lane;
        this.watchdogs = watchdogs;
        this.turns = new FairQueue(weights);
        this.refills = new FairQueue(weights);
        for (int i = 0; i < size; i++) {
            startThread();
        }
    }

    /** Runs a turn for a tenant when a thread is free and it is the tenant's turn. */
    void submit(TenantName tenant, Runnable turn) {
        turns.add(tenant, turn);
        available.release();
    }

    /** Runs a piece of preparation when no turn is waiting. */
    void submitRefill(TenantName tenant, Runnable refill) {
        refills.add(tenant, refill);
        available.release();
    }

    /** The thread of the calling turn. */
    static TurnThread currentThread() {
        return (TurnThread) Thread.currentThread();
    }

    /** The threads at work, for the watchdog. */
    List<TurnThread> threads() {
        return threads;
    }

    /** Whether a turn or a piece of preparation waits for a thread. */
    boolean hasWaitingWork() {
        return available.availablePermits() > 0;
    }

    /**
     * Takes a thread whose turn computes for long out of the ranks, lowers it, and puts another in
     * its place.
     */
    void replaceAndLower(TurnThread thread) {
        if (replace(thread) && lane != Lane.LONG) {
            ThreadPriority.LONG_TURN.giveTo(thread.kernelThread());
        }
    }

    /**
     * Takes a thread whose turn is blocked out of the ranks and puts another in its place; false
     * when it can't.
     */
    boolean replace(TurnThread thread) {
        if (closed || replaced.get() >= MAX_REPLACED || !thread.markReplaced()) {
            return false;
        }
        replaced.incrementAndGet();
        startThread();
        return true;
    }

    private void startThread() {
        TurnThread thread = new TurnThread(lane.threadName() + started.incrementAndGet());
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        available.release(MAX_REPLACED + threads.size());
        long deadline = System.nanoTime() + CLOSE_NANOS;
        for (TurnThread thread : threads) {
            awaitEnd(thread, deadline - System.nanoTime());
        }
    }

    /** Waits for a thread's last turn: the engine must not be closed while one makes a context. */
    private static void awaitEnd(TurnThread thread, long nanos) {
        if (thread.getState() == Thread.State.NEW) {
            return; // it takes another's place just now, and finds that all is closed
        }
        try {
            thread.join(Duration.ofNanos(Math.max(nanos, 0)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One of the threads, and the task that it runs now. The engine's rewritten code tells it, as a
     * {@link LongConsumer}, the bytes of each large array before that is made, so that a guest can
     * be halted before it and not only when the watchdog looks the next time; and asks it, as a
     * {@link BooleanSupplier}, wherever something is caught, whether the guest is to be stopped.
     */
    final class TurnThread extends Thread implements LongConsumer, BooleanSupplier {
        private static final long LOOK_EVERY_BYTES = 1L << 20;

        private long announced;
        private long settledNanos;
        private volatile @Nullable RunningTask running;
        private volatile boolean replaced;
        private volatile int kernelThread = -1;

        private TurnThread(String name) {
            super(null, null, name, STACK_BYTES);
            setDaemon(true);
        }

        @Override
        public void run() {
            lane.priority().giveToCurrent();
            kernelThread = ThreadPriority.currentThread();
            try {
                while (!closed && !replaced) {
                    available.acquireUninterruptibly();
                    FairQueue.Work work = turns.take();
                    if (work == null) {
                        work = refills.take();
                    }
                    if (work != null) {
                        runSafely(work);
                        long cpuNanos = THREADS.getCurrentThreadCpuTime();
                        work.settle(cpuNanos - settledNanos);
                        settledNanos = cpuNanos;
                    }
                }
            } finally {
                threads.remove(this);
                if (replaced) {
                    TurnScheduler.this.replaced.decrementAndGet();
                }
            }
        }

        private void runSafely(FairQueue.Work work) {
            try {
                work.run();
            } catch (Throwable e) {
                PoolLog.error("a turn failed", e);
            } finally {
                running = null;
            }
        }

        @Override
        public void accept(long bytes) {
            announced += bytes;
            RunningTask task = running;
            if (announced < LOOK_EVERY_BYTES || task == null) {
                return;
            }
            announced = 0;
            GuestQuota quota = task.guest().quota();
            quota.allocating(task.ownAllocated(), bytes);
            TruffleSafepoint.poll(null);
            quota.allocated();
        }

        @Override
        public boolean getAsBoolean() {
            RunningTask task = running;
            return task != null && task.guest().isEnding();
        }

        @Nullable RunningTask running() {
            return running;
        }

        void running(@Nullable RunningTask task) {
            running = task;
            if (task != null) {
                watchdogs.end();
            }
        }

        private int kernelThread() {
            return kernelThread;
        }

        private synchronized boolean markReplaced() {
            if (replaced) {
                return false;
            }
            replaced = true;
            return true;
        }
    }
}
