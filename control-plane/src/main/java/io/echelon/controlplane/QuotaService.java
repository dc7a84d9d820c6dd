package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.StoreDesk;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What tenants may take of the platform: their plans, and what was decided for one alone. */
@Singleton
final class QuotaService {
    private static final long NANOS = 1_000_000_000L;
    private static final long SECONDS = 60;

    private final SystemDatabase database;
    private final QuotaRules rules;
    private final TenantService tenants;
    private final UsageService usage;
    private final CronQuota crons;
    private final DomainCertificates certificates;
    private final StoreDesk store;

    QuotaService(
            SystemDatabase database,
            QuotaRules rules,
            TenantService tenants,
            UsageService usage,
            CronQuota crons,
            DomainCertificates certificates,
            StoreDesk store) {
        this.store = store;
        this.crons = crons;
        this.certificates = certificates;
        this.database = database;
        this.rules = rules;
        this.tenants = tenants;
        this.usage = usage;
    }

    /** What was decided for a tenant. */
    Tagged<QuotaRecord> written(TenantName tenant) {
        Optional<Row<QuotaRecord>> row = rules.decided(tenant);
        return new Tagged<>(
                row.map(Row::value).orElseGet(() -> QuotaRules.nothing(tenant)), EntityTag.of(row));
    }

    /** The quotas of a tenant that is there, and how much of each is used. */
    QuotaViews.Quotas show(QuotaRecord own) {
        TenantName tenant = own.tenant();
        var _ = tenants.require(tenant);
        PlanRecord plan = rules.plan(own.plan());
        TenantQuotas quotas = TenantQuotas.of(own, plan);
        List<QuotaViews.Quota> views = new ArrayList<>();
        for (Quota quota : Quota.values()) {
            String source =
                    own.limits().containsKey(quota.wireName())
                            ? "tenant"
                            : plan != null && plan.limits().containsKey(quota.wireName())
                                    ? "plan"
                                    : "standard";
            views.add(
                    new QuotaViews.Quota(
                            quota.wireName(),
                            quotas.limit(quota),
                            used(tenant, quota),
                            quota.unit(),
                            source));
        }
        return new QuotaViews.Quotas(own.plan().value(), new TreeMap<>(own.limits()), views);
    }

    /**
     * Decides what holds for a tenant; nodes follow within seconds.
     *
     * @param ifMatch under which tag the caller saw them
     */
    Tagged<QuotaRecord> set(TenantName tenant, QuotaViews.QuotasRequest request, IfMatch ifMatch) {
        var _ = tenants.require(tenant);
        PlanName plan = request.plan() == null ? PlanName.DEFAULT : new PlanName(request.plan());
        if (!plan.equals(PlanName.DEFAULT) && rules.plan(plan) == null) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "There is no plan \"%s\"; `edge quota set --plan %s QUOTA=LIMIT` makes it"
                            .formatted(plan, plan));
        }
        QuotaRecord record = new QuotaRecord(tenant, plan, checked(request.overrides()));
        Optional<Row<QuotaRecord>> before = rules.decided(tenant);
        ifMatch.require(EntityTag.of(before), "What holds for tenant \"%s\"".formatted(tenant));
        KvKey key = KvKey.of(SystemRows.quotas(tenant));
        if (!database.commit(
                AtomicWrite.builder()
                        .check(key, SystemDatabase.stamp(before))
                        .set(key, SystemDatabase.value(record)))) {
            throw changed(tenant);
        }
        return written(tenant);
    }

    List<QuotaViews.Plan> plans() {
        List<QuotaViews.Plan> plans = new ArrayList<>();
        database.all(SystemRows.plans(), PlanRecord.class)
                .forEach(row -> plans.add(QuotaViews.Plan.of(row.value(), EntityTag.of(row))));
        if (plans.stream().noneMatch(plan -> plan.name().equals(PlanName.DEFAULT.value()))) {
            plans.addFirst(
                    QuotaViews.Plan.of(
                            new PlanRecord(PlanName.DEFAULT, Map.of()),
                            EntityTag.of(Optional.empty())));
        }
        return plans;
    }

    /**
     * Decides what a plan has.
     *
     * @param ifMatch under which tag the caller saw it
     */
    QuotaViews.Plan setPlan(PlanName name, QuotaViews.PlanRequest request, IfMatch ifMatch) {
        PlanRecord plan = new PlanRecord(name, checked(request.limits()));
        KvKey key = KvKey.of(SystemRows.plan(name));
        return Conflicts.retry(
                "Plan \"%s\"".formatted(name),
                () -> {
                    Optional<Row<PlanRecord>> before =
                            database.get(SystemRows.plan(name), PlanRecord.class);
                    ifMatch.require(EntityTag.of(before), "Plan \"%s\"".formatted(name));
                    return database.commit(
                                    AtomicWrite.builder()
                                            .check(key, SystemDatabase.stamp(before))
                                            .set(key, SystemDatabase.value(plan)))
                            ? database.get(SystemRows.plan(name), PlanRecord.class)
                                    .map(row -> QuotaViews.Plan.of(row.value(), EntityTag.of(row)))
                            : Optional.empty();
                });
    }

    private @Nullable Long used(TenantName tenant, Quota quota) {
        return switch (quota) {
            case REQUESTS_PER_SECOND -> usage.lastMinute(tenant).requests() / SECONDS;
            case KV_OPERATIONS_PER_SECOND -> {
                UsageCounts minute = usage.lastMinute(tenant);
                yield (minute.get(UsageCounter.KV_READS) + minute.get(UsageCounter.KV_WRITES))
                        / SECONDS;
            }
            case CPU_SECONDS_PER_DAY -> usage.today(tenant).get(UsageCounter.CPU_NANOS) / NANOS;
            case EGRESS_BYTES_PER_DAY -> usage.today(tenant).get(UsageCounter.EGRESS_BYTES);
            case KV_BYTES -> stored(tenant);
            case APPS -> (long) database.keys(SystemRows.apps(tenant)).size();
            case DATABASES -> (long) database.keys(SystemRows.databases(tenant)).size();
            case CRONS -> crons.used(tenant);
            case CERTIFICATE_ORDERS_PER_HOUR -> certificates.ordered(tenant);
            case CONCURRENT_REQUESTS, WEIGHT, CRONS_PER_APP, BUNDLE_BYTES -> null;
        };
    }

    private long stored(TenantName tenant) {
        return store.sizes(DatabaseRef.storeNamesOf(tenant)).stream()
                .mapToLong(DatabaseSize::bytes)
                .sum();
    }

    private static Map<String, Long> checked(@Nullable Map<String, Long> limits) {
        Map<String, Long> checked = new TreeMap<>();
        if (limits != null) {
            limits.forEach(
                    (name, limit) ->
                            checked.put(Quota.of(name).wireName(), Quota.of(name).checked(limit)));
        }
        return checked;
    }

    private static EchelonException changed(TenantName tenant) {
        return new EchelonException(
                ErrorCode.CONFLICT,
                "The quotas of tenant \"%s\" were changed by somebody else meanwhile; look at them again and repeat"
                        .formatted(tenant));
    }
}
