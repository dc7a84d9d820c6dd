package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.concurrent.TimeUnit;

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

    private final Guest guest;
    private final PoolServices services;
    private final Wording wording;
    private final MemoryAccount memory;

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
        if (!memory.mustMeasure(allocated)) {
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
            retained = meter().retainedBytes(halted, memory.quotaBytes() * 2);
        } catch (RuntimeException | AssertionError e) {
            PoolLog.error("a heap could not be measured", e);
            var _ = services.schedule(() -> services.measure(this::measure), RETRY_MILLIS);
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

    private void judge(long retained) {
        memory.measured(Math.max(retained, 0));
        if (retained > memory.quotaBytes()) {
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
