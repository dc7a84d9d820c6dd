package io.echelon.tenants;

import java.util.Map;

/**
 * What the operator decided for one tenant.
 *
 * @param limits by the wire names of {@link Quota}; the rest is as in the plan
 */
public record QuotaRecord(TenantName tenant, PlanName plan, Map<String, Long> limits) {
    public QuotaRecord {
        limits = Map.copyOf(limits);
    }
}
