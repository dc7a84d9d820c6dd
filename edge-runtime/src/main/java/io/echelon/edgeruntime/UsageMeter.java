package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts the usage of one revision, or of what a tenant does outside of apps, since the process
 * began.
 *
 * <p>Threads count into a few stripes, each made when first needed, so that they seldom meet on a
 * cache line, and a meter that counts nothing takes next to no memory. Stripes are only added to: a
 * count is in exactly one of the sums that are read one after the other.
 *
 * <p><b>Thread safety.</b> Any thread; nothing blocks.
 */
final class UsageMeter {
    private static final int STRIPES =
            Math.min(8, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));
    private static final int SPREAD = 0x9e3779b9;

    private final AtomicReferenceArray<AtomicLongArray> stripes =
            new AtomicReferenceArray<>(STRIPES);
    private volatile int memoryMb = Limits.MEMORY_MB_DEFAULT;
    private volatile boolean touched;

    /** Says what the isolates of the calls to come may retain, in MiB. */
    void memoryIs(int quotaMb) {
        memoryMb = quotaMb;
    }

    /** Counts a call that reached the pool. */
    void called(CallReport report) {
        AtomicLongArray stripe = stripe();
        long wallMicros = report.wallNanos() / 1_000;
        stripe.getAndIncrement(UsageCounts.slot(report.outcome()));
        stripe.getAndIncrement(UsageCounts.latencySlot(wallMicros));
        add(stripe, UsageCounter.WALL_MICROS, wallMicros);
        add(stripe, UsageCounter.CPU_NANOS, report.cpuNanos());
        IsolateKind kind = report.isolate();
        if (kind != null) {
            long heldMicros = Math.max(0, wallMicros - report.queueNanos() / 1_000);
            add(stripe, UsageCounter.MEMORY_MB_MICROS, heldMicros * memoryMb);
        }
        if (kind == IsolateKind.COLD) {
            add(stripe, UsageCounter.COLD_STARTS, 1);
        }
        touch();
    }

    /** Counts a request that ended so without reaching the pool. */
    void count(Outcome outcome) {
        stripe().getAndIncrement(UsageCounts.slot(outcome));
        touch();
    }

    void add(UsageCounter counter, long amount) {
        add(stripe(), counter, amount);
        touch();
    }

    /** Whether something was counted since this was asked last. */
    boolean takeTouched() {
        if (!touched) {
            return false;
        }
        touched = false;
        return true;
    }

    /** Says that what was counted has yet to be looked at. */
    void touch() {
        if (!touched) {
            touched = true;
        }
    }

    /** Adds all that was counted to a sum. */
    void addTo(UsageCounts sum) {
        for (int i = 0; i < STRIPES; i++) {
            AtomicLongArray stripe = stripes.get(i);
            if (stripe != null) {
                for (int slot = 0; slot < UsageCounts.SLOTS; slot++) {
                    long count = stripe.get(slot);
                    if (count != 0) {
                        sum.add(slot, count);
                    }
                }
            }
        }
    }

    private static void add(AtomicLongArray stripe, UsageCounter counter, long amount) {
        if (amount != 0) {
            stripe.getAndAdd(UsageCounts.slot(counter), amount);
        }
    }

    private AtomicLongArray stripe() {
        int hash = (int) Thread.currentThread().threadId() * SPREAD;
        int index = (hash >>> 16) & (STRIPES - 1);
        AtomicLongArray stripe = stripes.get(index);
        if (stripe != null) {
            return stripe;
        }
        AtomicLongArray fresh = new AtomicLongArray(UsageCounts.SLOTS);
        return stripes.compareAndSet(index, null, fresh) ? fresh : stripes.get(index);
    }
}
