package io.echelon.tenants;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The quotas of one tenant: its own where the operator decided so, else those of its plan, else the
 * standard ones. A plan that is not there, or not any more, has the standard ones.
 */
public final class TenantQuotas {
    /** Those of a tenant for which nothing was decided. */
    public static final TenantQuotas STANDARD = of(null, null);

    private final Map<Quota, Long> limits;

    private TenantQuotas(Map<Quota, Long> limits) {
        this.limits = limits;
    }

    /**
     * The quotas that follow from what was decided.
     *
     * @param own what was decided for the tenant; null is nothing
     * @param plan its plan; null is that of the standard
     */
    public static TenantQuotas of(@Nullable QuotaRecord own, @Nullable PlanRecord plan) {
        Map<Quota, Long> limits = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            Long ofPlan = plan == null ? null : plan.limits().get(quota.wireName());
            Long decided = own == null ? null : own.limits().get(quota.wireName());
            limits.put(
                    quota, decided != null ? decided : ofPlan != null ? ofPlan : quota.standard());
        }
        return new TenantQuotas(limits);
    }

    /** The limit, in the quota's unit. */
    public long limit(Quota quota) {
        return limits.getOrDefault(quota, quota.standard());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TenantQuotas that && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return limits.hashCode();
    }

    @Override
    public String toString() {
        return limits.toString();
    }
}
