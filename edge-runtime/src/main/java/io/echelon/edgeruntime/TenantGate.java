package io.echelon.edgeruntime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one tenant may send to this node: a rate and a number of requests under way.
 *
 * <p>The rate is a token bucket kept as one number, the time at which the bucket would be full
 * again: a request moves it on by one interval, and is refused when that leads further into the
 * future than the burst is long. One compare-and-set a request, no lock and no timer.
 */
final class TenantGate {
    /** What became of a request. */
    enum Verdict {
        ADMITTED,
        TOO_FAST,
        TOO_MANY
    }

    private static final long SECOND = 1_000_000_000L;

    private final AdmissionPolicy policy;
    private final long interval;
    private final long burst;
    private final AtomicLong fullAt;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param nowNanos {@link System#nanoTime}
     */
    TenantGate(AdmissionPolicy policy, long nowNanos) {
        this.policy = policy;
        this.interval = Math.max(1, SECOND / policy.tenantRequestsPerSecond());
        this.burst = interval * policy.tenantBurst();
        this.fullAt = new AtomicLong(nowNanos);
    }

    /** Lets a request in or not; one that was admitted must be {@link #release}d once. */
    Verdict admit(long nowNanos) {
        if (underWay.incrementAndGet() > policy.tenantConcurrency()) {
            underWay.decrementAndGet();
            return Verdict.TOO_MANY;
        }
        while (true) {
            long before = fullAt.get();
            long after = (before - nowNanos > 0 ? before : nowNanos) + interval;
            if (after - nowNanos > burst) {
                underWay.decrementAndGet();
                return Verdict.TOO_FAST;
            }
            if (fullAt.compareAndSet(before, after)) {
                return Verdict.ADMITTED;
            }
        }
    }

    /** Says that an admitted request is over. */
    void release() {
        underWay.decrementAndGet();
    }

    /** Requests under way now. */
    int underWay() {
        return underWay.get();
    }

    /** What a refused caller is told. */
    String refusal(Verdict verdict) {
        return switch (verdict) {
            case TOO_FAST ->
                    "This tenant sends more than %,d requests a second to this node; slow down or ask the operator for more"
                            .formatted(policy.tenantRequestsPerSecond());
            case TOO_MANY ->
                    "This tenant has %,d requests under way on this node, as many as are allowed; wait for some to end or ask the operator for more"
                            .formatted(policy.tenantConcurrency());
            case ADMITTED -> throw new IllegalArgumentException("admitted");
        };
    }
}
