package io.echelon.edgeruntime;

import io.echelon.tenants.Quota;
import io.echelon.tenants.TenantQuotas;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one tenant may send to this node: a rate, a number of requests under way, a rate of
 * operations of its databases, and nothing once a quota of the day is used up.
 *
 * <p><b>Thread safety.</b> Any thread; one compare-and-set a request, no lock and no timer.
 */
final class TenantGate {
    /** What became of a request. */
    enum Verdict {
        ADMITTED,
        TOO_FAST,
        TOO_MANY,
        USED_UP
    }

    /**
     * A quota of the day that is used up.
     *
     * @param used at least, in the quota's unit
     * @param rest until the day of UTC ends
     */
    record UsedUp(Quota quota, long limit, long used, Duration rest) {}

    /**
     * What of the quotas this node may let in.
     *
     * @param nodes how many share them
     */
    private record Share(
            long requestsPerSecond,
            int concurrency,
            long kvOperationsPerSecond,
            long kvBytes,
            int weight,
            int nodes) {}

    private volatile AdmissionPolicy policy;
    private final RateLimit requests;
    private final RateLimit kvOperations;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong kvBytesUnderWay = new AtomicLong();
    private volatile Share share;
    private volatile @Nullable UsedUp usedUp;
    private volatile boolean touched;

    /** A gate with the standard quotas, all for this node. */
    TenantGate(AdmissionPolicy policy, long nowNanos) {
        this(policy, TenantQuotas.STANDARD, 1, nowNanos);
    }

    /**
     * @param nodes how many share the quotas, this one among them
     * @param nowNanos {@link System#nanoTime}
     */
    TenantGate(AdmissionPolicy policy, TenantQuotas quotas, int nodes, long nowNanos) {
        this.policy = policy;
        this.share = share(quotas, nodes);
        this.requests = new RateLimit(share.requestsPerSecond(), atOnce(), nowNanos);
        this.kvOperations =
                new RateLimit(
                        share.kvOperationsPerSecond(), share.kvOperationsPerSecond(), nowNanos);
    }

    /** Takes the quotas that hold from here on. */
    void set(TenantQuotas quotas, int nodes) {
        Share changed = share(quotas, nodes);
        if (changed.equals(share)) {
            return;
        }
        share = changed;
        requests.set(changed.requestsPerSecond(), atOnce());
        kvOperations.set(changed.kvOperationsPerSecond(), changed.kvOperationsPerSecond());
    }

    /** Takes the node's own bounds that hold from here on, and the quotas. */
    void set(AdmissionPolicy now, TenantQuotas quotas, int nodes) {
        policy = now;
        share = share(quotas, nodes);
        requests.set(share.requestsPerSecond(), atOnce());
    }

    /** Says whether a quota of the day is used up; null is none. */
    void set(@Nullable UsedUp now) {
        usedUp = now;
    }

    /** Lets a request in or not; one that was admitted must be {@link #release}d once. */
    Verdict admit(long nowNanos) {
        if (!touched) {
            touched = true;
        }
        if (usedUp != null) {
            return Verdict.USED_UP;
        }
        if (underWay.incrementAndGet() > share.concurrency()) {
            underWay.decrementAndGet();
            return Verdict.TOO_MANY;
        }
        if (!requests.take(1, nowNanos)) {
            underWay.decrementAndGet();
            return Verdict.TOO_FAST;
        }
        return Verdict.ADMITTED;
    }

    /** Says that an admitted request is over. */
    void release() {
        underWay.decrementAndGet();
    }

    /**
     * Lets operations of databases in, or none of them.
     *
     * @param count 1 or more
     */
    boolean admitKv(int count, long nowNanos) {
        return kvOperations.take(Math.max(1, count), nowNanos);
    }

    /**
     * Lets a commit in if what databases hold, all commits under way and this one are within the
     * quota; then its growth must be {@link #giveBackKvBytes given back} once, after the commit.
     *
     * @param growth by how many bytes databases become larger, 1 or more
     * @param stored bytes that they hold
     */
    boolean takeKvBytes(long growth, long stored) {
        if (stored + kvBytesUnderWay.addAndGet(growth) <= share.kvBytes()) {
            return true;
        }
        kvBytesUnderWay.addAndGet(-growth);
        return false;
    }

    /** Says that a commit that was let in is over. */
    void giveBackKvBytes(long growth) {
        kvBytesUnderWay.addAndGet(-growth);
    }

    /** What is told where a commit is not let in. */
    String kvBytesRefusal(long growth, long stored) {
        return "The commit would add %,d bytes to the %,d that this tenant's databases hold; its quota kvBytes allows %,d: delete something, or ask the operator for more"
                .formatted(growth, stored, share.kvBytes());
    }

    /** Its part of the processors when tenants want more than there is, 1 or more. */
    int weight() {
        return share.weight();
    }

    /** Requests under way now. */
    int underWay() {
        return underWay.get();
    }

    /** Whether somebody asked to be let in since this was asked last. */
    boolean takeTouched() {
        boolean was = touched;
        touched = false;
        return was || usedUp != null;
    }

    /** What a refused caller is told. */
    String refusal(Verdict verdict) {
        Share now = share;
        return switch (verdict) {
            case TOO_FAST ->
                    "This tenant sends more than the %,d requests a second that this node lets in%s; slow down or ask the operator for more"
                            .formatted(now.requestsPerSecond(), ofAll(now));
            case TOO_MANY ->
                    "This tenant has %,d requests under way on this node, as many as are allowed%s; wait for some to end or ask the operator for more"
                            .formatted(now.concurrency(), ofAll(now));
            case USED_UP -> {
                UsedUp day = usedUp;
                yield day == null
                        ? "This tenant has used up a quota of today; try again"
                        : "This tenant has used %,d of the %,d %s that its quota %s allows on a day of UTC; ask the operator for more, or wait %,d minutes for the next day"
                                .formatted(
                                        day.used(),
                                        day.limit(),
                                        day.quota().unit(),
                                        day.quota().wireName(),
                                        day.rest().toMinutes() + 1);
            }
            case ADMITTED -> throw new IllegalArgumentException("admitted");
        };
    }

    /** What is told where an operation of a database is refused. */
    String kvRefusal() {
        Share now = share;
        return "This tenant makes more than the %,d operations of databases and caches a second that this node lets in%s; slow down or ask the operator for more"
                .formatted(now.kvOperationsPerSecond(), ofAll(now));
    }

    /** After how many seconds a refused caller may try again. */
    long retryAfterSeconds(Verdict verdict) {
        UsedUp day = usedUp;
        return verdict == Verdict.USED_UP && day != null ? day.rest().toSeconds() + 1 : 1;
    }

    private static String ofAll(Share share) {
        return share.nodes() == 1
                ? ""
                : ", its share of what %d nodes may".formatted(share.nodes());
    }

    /** A second's worth where the quota decides the rate; else as the node is configured. */
    private long atOnce() {
        long rate = share.requestsPerSecond();
        return rate < policy.tenantRequestsPerSecond()
                ? Math.min(policy.tenantBurst(), rate)
                : policy.tenantBurst();
    }

    private Share share(TenantQuotas quotas, int nodes) {
        return new Share(
                Math.min(
                        policy.tenantRequestsPerSecond(),
                        part(quotas, Quota.REQUESTS_PER_SECOND, nodes)),
                (int)
                        Math.min(
                                policy.tenantConcurrency(),
                                part(quotas, Quota.CONCURRENT_REQUESTS, nodes)),
                part(quotas, Quota.KV_OPERATIONS_PER_SECOND, nodes),
                quotas.limit(Quota.KV_BYTES),
                (int) quotas.limit(Quota.WEIGHT),
                nodes);
    }

    /** A node's part, rounded up so that none has nothing. */
    private static long part(TenantQuotas quotas, Quota quota, int nodes) {
        return Math.ceilDiv(quotas.limit(quota), nodes);
    }
}
