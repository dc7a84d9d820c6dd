package io.echelon.isolatepool.graal;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a guest's work while it runs, with its thread's counters from when it began. The
 * watchdog reads it from outside.
 */
final class RunningTask {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Guest guest;
    private final @Nullable JsCall call;
    private final long threadId;
    private final long startNanos;
    private final long startCpuNanos;
    private final long startAllocated;

    private RunningTask(Guest guest, @Nullable JsCall call) {
        this.guest = guest;
        this.call = call;
        this.threadId = Thread.currentThread().threadId();
        this.startNanos = System.nanoTime();
        this.startCpuNanos = THREADS.getCurrentThreadCpuTime();
        this.startAllocated = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Begins a task on the calling thread. */
    static RunningTask begin(Guest guest, @Nullable JsCall call) {
        return new RunningTask(guest, call);
    }

    Guest guest() {
        return guest;
    }

    /** The call that the work is for; null when it can't be told. */
    @Nullable JsCall call() {
        return call;
    }

    long startNanos() {
        return startNanos;
    }

    /** CPU time since the beginning, in nanoseconds, read by the task's own thread. */
    long ownCpuNanos() {
        return THREADS.getCurrentThreadCpuTime() - startCpuNanos;
    }

    /** Bytes allocated since the beginning, read by the task's own thread. */
    long ownAllocated() {
        return THREADS.getCurrentThreadAllocatedBytes() - startAllocated;
    }

    /**
     * CPU time since the beginning, in nanoseconds, read by another thread; only true while the
     * task runs, 0 when its thread has ended.
     */
    long cpuNanos() {
        return Math.max(THREADS.getThreadCpuTime(threadId) - startCpuNanos, 0);
    }

    /**
     * Bytes allocated since the beginning, read by another thread; only true while the task runs, 0
     * when its thread has ended.
     */
    long allocated() {
        return Math.max(THREADS.getThreadAllocatedBytes(threadId) - startAllocated, 0);
    }
}
