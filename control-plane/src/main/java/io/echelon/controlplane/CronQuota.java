package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.cron.CronAdministration;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Quota;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many crons a tenant may have in all its apps. What counts is what is in production; a
 * revision with no more crons than the one that it follows is let in whatever the quota.
 */
@Singleton
final class CronQuota {
    private final SystemDatabase database;
    private final QuotaRules quotas;
    private final CronAdministration crons;

    CronQuota(SystemDatabase database, QuotaRules quotas, CronAdministration crons) {
        this.database = database;
        this.quotas = quotas;
        this.crons = crons;
    }

    /** How many a tenant has. */
    long used(TenantName tenant) {
        return inForce(tenant).values().stream().mapToLong(Integer::longValue).sum();
    }

    /**
     * Refuses a revision that would give its tenant more than it may have.
     *
     * @param declared how many the revision has, 0 or more
     */
    void require(TenantName tenant, AppName app, int declared) {
        if (declared == 0) {
            return;
        }
        Map<AppName, Integer> inForce = inForce(tenant);
        int before = inForce.getOrDefault(app, 0);
        long others = inForce.values().stream().mapToLong(Integer::longValue).sum() - before;
        long limit = quotas.of(tenant).limit(Quota.CRONS);
        if (declared > before && others + declared > limit) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "App \"%s\" has %,d crons, and the other apps of tenant \"%s\" have %,d; together they may have %,d (quota %s): declare fewer, or ask the operator for more"
                            .formatted(
                                    app, declared, tenant, others, limit, Quota.CRONS.wireName()));
        }
    }

    /** Why a revision that nodes have warmed may not go into production; empty when it may. */
    Optional<String> refusal(RevisionId revision) {
        try {
            require(revision.tenant(), revision.app(), crons.declared(revision).crons().size());
            return Optional.empty();
        } catch (EchelonException e) {
            if (e.code() != ErrorCode.OVER_QUOTA) {
                throw e;
            }
            return Optional.of(e.reason());
        }
    }

    private Map<AppName, Integer> inForce(TenantName tenant) {
        Map<RevisionId, Integer> counts = crons.counts(tenant);
        Map<AppName, Integer> inForce = new HashMap<>();
        counts.keySet().stream()
                .map(RevisionId::app)
                .distinct()
                .forEach(
                        app ->
                                database.get(SystemRows.route(tenant, app), RouteRecord.class)
                                        .map(Row::value)
                                        .map(RouteRecord::target)
                                        .map(counts::get)
                                        .ifPresent(count -> inForce.put(app, count)));
        return inForce;
    }
}
