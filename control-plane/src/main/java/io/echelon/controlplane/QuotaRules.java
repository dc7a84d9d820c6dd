package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The quotas that hold, for those who have to keep to them. */
@Singleton
final class QuotaRules {
    private final SystemDatabase database;

    QuotaRules(SystemDatabase database) {
        this.database = database;
    }

    /** The quotas of a tenant, which may not be there yet. */
    TenantQuotas of(TenantName tenant) {
        QuotaRecord own = decided(tenant).map(Row::value).orElseGet(() -> nothing(tenant));
        return TenantQuotas.of(own, plan(own.plan()));
    }

    /** What was decided for a tenant alone. */
    Optional<Row<QuotaRecord>> decided(TenantName tenant) {
        return database.get(SystemRows.quotas(tenant), QuotaRecord.class);
    }

    /** What holds where nothing was decided. */
    static QuotaRecord nothing(TenantName tenant) {
        return new QuotaRecord(tenant, PlanName.DEFAULT, Map.of());
    }

    /** A plan; null when there is none of that name. */
    @Nullable PlanRecord plan(PlanName name) {
        return database.get(SystemRows.plan(name), PlanRecord.class).map(Row::value).orElse(null);
    }

    /** Refuses one thing more than a tenant may have. */
    void requireRoom(TenantName tenant, Quota quota, long present, String what) {
        long limit = of(tenant).limit(quota);
        if (present >= limit) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "%s would be one more than the %,d %s that tenant \"%s\" may have (quota %s), and it has %,d; delete one, or ask the operator for more"
                            .formatted(
                                    what, limit, quota.unit(), tenant, quota.wireName(), present));
        }
    }

    /** Refuses something that is larger than a tenant may have it. */
    void requireSize(TenantName tenant, Quota quota, long size, String what) {
        long limit = of(tenant).limit(quota);
        if (size > limit) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "%s has %,d %s; tenant \"%s\" may have %,d (quota %s): make it smaller, or ask the operator for more"
                            .formatted(what, size, quota.unit(), tenant, limit, quota.wireName()));
        }
    }
}
