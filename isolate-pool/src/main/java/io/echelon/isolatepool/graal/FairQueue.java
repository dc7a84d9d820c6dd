package io.echelon.isolatepool.graal;

import io.echelon.tenants.TenantName;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits for a lane's threads, fair between tenants: whoever has had the least processor
 * time for its weight is next, and of equals whoever was served longest ago. A tenant's own work
 * keeps its order. One that comes back begins where the others are: it has saved nothing up.
 *
 * <p>Start-time fair queueing: P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queueing: A
 * Scheduling Algorithm for Integrated Services Packet Switching Networks", SIGCOMM 1996; a packet's
 * length is here the processor time that a piece of work took, known when it is over.
 *
 * <p><b>Thread safety.</b> Any thread may add and settle, and never waits: a lowered thread that
 * held a lock would hold up the others. Only threads of the lane take.
 */
final class FairQueue {
    private static final int FORGET_EVERY = 1_024;

    private static final Comparator<Share> NEXT_FIRST =
            Comparator.comparingDouble((Share share) -> share.virtualNanos)
                    .thenComparingLong(share -> share.servedAt)
                    .thenComparingLong(share -> share.enrolledAt);

    /** A piece of work; whoever takes it runs it and says what it cost. */
    final class Work {
        private final TenantName tenant;
        private final Runnable body;
        private @Nullable Share share;
        private long cpuNanos;

        private Work(TenantName tenant, Runnable body) {
            this.tenant = tenant;
            this.body = body;
        }

        /** Does it. */
        void run() {
            body.run();
        }

        /** Says that it is over, however it ended, and the processor time that it took. */
        void settle(long nanos) {
            cpuNanos = Math.max(0, nanos);
            settled.add(this);
        }
    }

    /** What one tenant has waiting and has had. */
    private static final class Share {
        private final Deque<Work> waiting = new ArrayDeque<>();
        private final long enrolledAt;
        private double virtualNanos;
        private long servedAt;
        private int running;

        private Share(double virtualNanos, long enrolledAt) {
            this.virtualNanos = virtualNanos;
            this.enrolledAt = enrolledAt;
        }

        private boolean isIdle() {
            return waiting.isEmpty() && running == 0;
        }
    }

    private final ToIntFunction<TenantName> weights;
    private final Queue<Work> added = new ConcurrentLinkedQueue<>();
    private final Queue<Work> settled = new ConcurrentLinkedQueue<>();
    private final Map<TenantName, Share> shares = new HashMap<>();
    private final NavigableSet<Share> ready = new TreeSet<>(NEXT_FIRST);
    private double virtualNow;
    private long order;
    private int untilForgetting = FORGET_EVERY;

    /**
     * @param weights of a tenant, 1 or more: twice the weight is twice the processor time when both
     *     want all of it
     */
    FairQueue(ToIntFunction<TenantName> weights) {
        this.weights = weights;
    }

    /** Adds work behind the tenant's own. */
    void add(TenantName tenant, Runnable body) {
        added.add(new Work(tenant, body));
    }

    /** Takes what is next; null when nothing waits. */
    synchronized @Nullable Work take() {
        charge();
        enrol();
        Share next = ready.pollFirst();
        if (next == null) {
            return null;
        }
        Work work = next.waiting.removeFirst();
        virtualNow = Math.max(virtualNow, next.virtualNanos);
        next.running++;
        next.servedAt = ++order;
        if (!next.waiting.isEmpty()) {
            ready.add(next);
        }
        if (--untilForgetting == 0) {
            untilForgetting = FORGET_EVERY;
            shares.values().removeIf(share -> share.isIdle() && share.virtualNanos <= virtualNow);
        }
        return work;
    }

    private void charge() {
        for (Work work = settled.poll(); work != null; work = settled.poll()) {
            Share share = Objects.requireNonNull(work.share);
            boolean wasReady = ready.remove(share);
            share.running--;
            share.virtualNanos +=
                    (double) work.cpuNanos / Math.max(1, weights.applyAsInt(work.tenant));
            if (wasReady) {
                ready.add(share);
            }
        }
    }

    private void enrol() {
        for (Work work = added.poll(); work != null; work = added.poll()) {
            Share share =
                    shares.computeIfAbsent(work.tenant, fresh -> new Share(virtualNow, ++order));
            if (share.isIdle()) {
                share.virtualNanos = Math.max(share.virtualNanos, virtualNow);
            }
            work.share = share;
            share.waiting.addLast(work);
            if (share.waiting.size() == 1) {
                ready.add(share);
            }
        }
    }
}
