package io.echelon.tenants;

import java.util.Map;

/**
 * A plan as the system database keeps it.
 *
 * @param limits by the wire names of {@link Quota}; the rest is {@link Quota#standard}
 */
public record PlanRecord(PlanName name, Map<String, Long> limits) {
    public PlanRecord {
        limits = Map.copyOf(limits);
    }
}
