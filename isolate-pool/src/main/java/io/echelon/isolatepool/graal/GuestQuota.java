package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one guest may use. Its heap is measured when it has allocated enough for that to be worth
 * while; a guest that passed a quota is killed.
 */
final class GuestQuota {
    /** What is said to whoever can raise a quota. */
    enum Wording {
        FUNCTION("function", "raise limits.cpuMs or do less", "raise limits.memoryMb or keep less"),
        PROGRAM("program", "raise --cpu", "raise --memory");

        private final String guest;
        private final String cpuAdvice;
        private final String memoryAdvice;

        Wording(String guest, String cpuAdvice, String memoryAdvice) {
            this.guest = guest;
            this.cpuAdvice = cpuAdvice;
            this.memoryAdvice = memoryAdvice;
        }
    }

    /** How soon a guest that did not stand still is looked at again. */
    private static final double RETRY_MILLIS = 20;

    /** How far beyond a quota is counted, to be able to say by how much it was passed. */
    private static final long COUNTED_BEYOND_BYTES = 128L << 20;

    /** The most that one array buffer or string may take; it is counted once it is there. */
    private static final long UNCOUNTED_PIECE_BYTES = 32L << 20;

    private final Guest guest;
    private final PoolServices services;
    private final Wording wording;
    private final MemoryAccount memory;
    private final ReentrantLock halting = new ReentrantLock();

    /** What the guest's thread is about to allocate in one piece. */
    private volatile long pending;

    /**
     * @param memoryBytes what the guest may retain
     */
    GuestQuota(Guest guest, PoolServices services, Wording wording, long memoryBytes) {
        this.guest = guest;
        this.services = services;
        this.wording = wording;
        this.memory = new MemoryAccount(memoryBytes);
    }

    /** Whether CPU time, in nanoseconds, is more than a limit in milliseconds. */
    static boolean isOver(long cpuNanos, int limitMs) {
        return cpuNanos > TimeUnit.MILLISECONDS.toNanos(limitMs);
    }

    /** Stops the guest for using more CPU time than it may, in milliseconds. */
    void killForCpu(int limitMs) {
        guest.kill(
                Outcome.EXCEEDED_CPU,
                "The %s used more than %,d ms of CPU time; %s"
                        .formatted(wording.guest, limitMs, wording.cpuAdvice));
    }

    /**
     * Takes note of what the running task has allocated so far, in bytes. A guest that has to be
     * measured is halted at once and not when a thread is free for measuring it: meanwhile it could
     * pass its quota many times over.
     */
    void running(long allocated) {
        running(allocated, 0);
    }

    /**
     * Takes note, on the guest's own thread, of a large piece that it is about to allocate; to be
     * followed by a safepoint and by {@link #allocated()}.
     *
     * @param allocated what the running task has allocated so far, in bytes
     * @param bytes the size of the piece
     */
    void allocating(long allocated, long bytes) {
        pending = bytes;
        running(allocated, bytes);
    }

    /** Takes note that nothing large is about to be allocated any more. */
    void allocated() {
        pending = 0;
    }

    /**
     * Whoever finds that the guest has to be measured halts it before anybody else looks: the
     * guest's own thread would allocate on if the watchdog had found it and not yet halted it.
     */
    private void running(long allocated, long next) {
        if (next == 0) {
            if (!halting.tryLock()) {
                return; // the guest's own thread is at it
            }
        } else {
            halting.lock();
        }
        try {
            if (!memory.mustMeasure(allocated + next)) {
                return;
            }
            memory.noteRunning(allocated);
            IsolateEngine.GuestContext context = guest.context();
            if (context == null || context.metered().isClosed()) {
                memory.measured(0);
                return;
            }
            HeapMeter.Standstill halted = HeapMeter.halt(context.metered());
            services.measure(() -> measure(halted));
        } finally {
            halting.unlock();
        }
    }

    /** Adds what a finished task has allocated, in bytes. */
    void finished(long allocated) {
        memory.add(allocated);
        if (memory.mustMeasure(0)) {
            services.measure(this::measure);
        }
    }

    private void measure() {
        IsolateEngine.GuestContext context = guest.context();
        if (context == null || context.metered().isClosed()) {
            memory.measured(0);
        } else {
            measure(HeapMeter.halt(context.metered()));
        }
    }

    /**
     * A guest that does not stand still yet is not let go on, but measured some time later. So is
     * one that the engine could not measure; else it would go on without a quota.
     */
    private void measure(HeapMeter.Standstill halted) {
        long retained;
        try {
            retained = meter().retainedBytes(halted, memory.quotaBytes() + COUNTED_BEYOND_BYTES);
        } catch (RuntimeException | AssertionError e) {
            PoolLog.error("a heap could not be measured", e);
            var _ = services.schedule(() -> services.measure(this::measure), RETRY_MILLIS);
            return;
        } catch (OutOfMemoryError e) {
            guest.kill(
                    Outcome.EXCEEDED_MEMORY,
                    "The node's memory was full, so that what this %s kept could not be measured"
                            .formatted(wording.guest));
            return;
        }
        if (retained != HeapMeter.BUSY) {
            judge(retained);
        } else if (!services.isClosing()) {
            var _ = services.schedule(() -> services.measure(() -> measure(halted)), RETRY_MILLIS);
        }
    }

    private HeapMeter meter() {
        return services.engine().heapMeter();
    }

    /** What a guest asks for counts as far as it is more than a piece that any guest may have. */
    private void judge(long retained) {
        memory.measured(Math.max(retained, 0));
        long asked = Math.max(pending - UNCOUNTED_PIECE_BYTES, 0);
        if (retained + asked > memory.quotaBytes()) {
            guest.kill(
                    Outcome.EXCEEDED_MEMORY,
                    "The %s kept more than %,d MB of memory; %s"
                            .formatted(
                                    wording.guest,
                                    memory.quotaBytes() >> 20,
                                    wording.memoryAdvice));
        }
    }

    /** Bytes retained, measured by the calling thread; -1 when the guest is gone. */
    long measureNow() {
        IsolateEngine.GuestContext context = guest.context();
        if (context == null) {
            return HeapMeter.GONE;
        }
        long retained = meter().retainedBytes(context.metered(), Long.MAX_VALUE);
        return retained == HeapMeter.BUSY ? suspectedBytes() : retained;
    }

    /** The most that may be retained now, judging by allocation, in bytes. */
    long suspectedBytes() {
        return memory.suspectedBytes();
    }

    /** The most that was seen retained, in bytes; 0 when it never had to be measured. */
    long peakBytes() {
        return memory.peakBytes();
    }

    /** What may be retained, in bytes. */
    long memoryBytes() {
        return memory.quotaBytes();
    }
}
