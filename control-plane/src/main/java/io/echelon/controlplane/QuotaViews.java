package io.echelon.controlplane;

import io.echelon.tenants.PlanRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the routes of quotas and plans take and answer. */
public final class QuotaViews {
    private QuotaViews() {}

    /**
     * A quota as it holds for a tenant.
     *
     * @param used how much of it is used now, today, or in the last whole minute as an average;
     *     null where that is not known
     * @param source what decided it: tenant, plan or standard
     */
    public record Quota(String name, long limit, @Nullable Long used, String unit, String source) {}

    /**
     * A tenant's quotas.
     *
     * @param plan its plan
     * @param overrides what was decided for it alone
     */
    public record Quotas(String plan, Map<String, Long> overrides, List<Quota> quotas) {}

    /**
     * What is to hold for a tenant.
     *
     * @param plan null is the plan {@code default}
     * @param overrides limits by quota for it alone; all others are the plan's. Null is none
     */
    public record QuotasRequest(@Nullable String plan, @Nullable Map<String, Long> overrides) {}

    /**
     * A plan.
     *
     * @param limits by quota; all others are the standard ones
     * @param etag for the If-Match of a change, between quotation marks there
     */
    public record Plan(String name, Map<String, Long> limits, String etag) {
        static Plan of(PlanRecord record, EntityTag tag) {
            return new Plan(record.name().value(), record.limits(), tag.value());
        }
    }

    /**
     * A page of the platform's plans, by name.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Plans(List<Plan> plans, @Nullable String cursor) {}

    /** What a plan is to be. */
    public record PlanRequest(Map<String, Long> limits) {}
}
