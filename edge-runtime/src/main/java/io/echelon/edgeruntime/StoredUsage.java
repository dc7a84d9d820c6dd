package io.echelon.edgeruntime;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageStep;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters what tenants' databases hold, over time. Of the nodes that have the store only the one
 * that leads does so: at every look, what is there counts for the time since the look before. It is
 * handed to the meters of tenants when a minute ends, and at the node's end, so that a tenant that
 * does nothing has its rows written once a minute.
 *
 * <p><b>Thread safety.</b> For one thread at a time.
 */
final class StoredUsage {
    /**
     * The most time that may lie between two looks of a leader: after more, another one may have
     * led meanwhile.
     */
    private static final Duration LOOK_MAX = Duration.ofSeconds(15);

    private static final long KIB_SECOND = 1_024 * 1_000; // in bytes × milliseconds

    private final Supplier<StoreStatus.Role> role;
    private final Supplier<List<DatabaseSize>> sizes;
    private final Function<TenantName, UsageMeter> meters;

    /** What is not handed over yet, in bytes × milliseconds. */
    private final Map<TenantName, Long> counted = new HashMap<>();

    private @Nullable Instant looked;
    private @Nullable Instant handedOver;

    /**
     * @param role what the store's replica on this node is
     * @param sizes what all databases hold
     */
    StoredUsage(
            Supplier<StoreStatus.Role> role,
            Supplier<List<DatabaseSize>> sizes,
            Function<TenantName, UsageMeter> meters) {
        this.role = role;
        this.sizes = sizes;
        this.meters = meters;
    }

    /** Whether looks follow soon, so that what was counted may wait for the minute's end. */
    enum Moment {
        BETWEEN,
        LAST
    }

    /** Counts what is stored until a moment. */
    void look(Instant now, Moment moment) {
        Instant before = looked;
        looked = now;
        if (before != null && leads(role.get(), Duration.between(before, now))) {
            count(Duration.between(before, now).toMillis());
        }
        Instant last = handedOver;
        boolean isMinuteOver =
                last == null
                        || UsageStep.MINUTE
                                .begin(now.minusNanos(1))
                                .isAfter(UsageStep.MINUTE.begin(last));
        boolean isMinuteEnd = UsageStep.MINUTE.begin(now).equals(now);
        if (moment == Moment.LAST || isMinuteEnd || isMinuteOver) {
            handedOver = now;
            handOver();
        }
    }

    private static boolean leads(StoreStatus.Role role, Duration sinceLook) {
        return switch (role) {
            case ALONE -> !sinceLook.isNegative();
            case LEADER -> !sinceLook.isNegative() && sinceLook.compareTo(LOOK_MAX) <= 0;
            case FOLLOWER, LISTENER, CANDIDATE, ENDED -> false;
        };
    }

    private void count(long millis) {
        for (DatabaseSize size : sizes.get()) {
            DatabaseRef.ofStoreName(size.name())
                    .ifPresent(
                            database ->
                                    counted.merge(
                                            database.tenant(), size.bytes() * millis, Long::sum));
        }
    }

    private void handOver() {
        counted.replaceAll(
                (tenant, byteMillis) -> {
                    if (byteMillis >= KIB_SECOND) {
                        meters.apply(tenant)
                                .add(UsageCounter.KV_KIB_SECONDS, byteMillis / KIB_SECOND);
                    }
                    return byteMillis % KIB_SECOND;
                });
        counted.values().removeIf(rest -> rest == 0);
    }
}
