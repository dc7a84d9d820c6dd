package io.echelon.edgeruntime;

import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRecord;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings to the gates of a node, every few seconds, what the operator decided, how many nodes share
 * it, and which tenants have used up a quota of the day, as far as it is known here: a node that
 * has just started, or is cut off, waits for nobody.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, what was read last holds.
 */
final class QuotaWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(QuotaWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long NANOS = 1_000_000_000L;

    private final KvDatabase database;
    private final TenantGates gates;
    private final DatabaseRegister register;
    private final InstantSource clock;
    private final Repeated repeated = new Repeated("echelon-quotas", INTERVAL, this::tryLook);

    QuotaWatch(
            KvDatabase database,
            TenantGates gates,
            DatabaseRegister register,
            InstantSource clock) {
        this.database = database;
        this.gates = gates;
        this.register = register;
        this.clock = clock;
    }

    /** Looks for the first time, and goes on doing so. */
    void start() {
        tryLook();
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    private void tryLook() {
        try {
            look();
        } catch (EchelonException e) {
            LOG.warnf("Quotas could not be read: %s", e.reason());
        } catch (RuntimeException e) {
            LOG.error("Quotas could not be read", e);
        }
    }

    /** Reads everything once. */
    void look() {
        register.forget();
        Map<TenantName, QuotaRecord> tenants = new HashMap<>();
        all(SystemRows.quotas(), QuotaRecord.class)
                .forEach(record -> tenants.put(record.tenant(), record));
        Map<PlanName, PlanRecord> plans = new HashMap<>();
        all(SystemRows.plans(), PlanRecord.class)
                .forEach(record -> plans.put(record.name(), record));
        int nodes = Math.max(1, all(SystemRows.nodes(), NodeRecord.class).size());
        gates.set(new TenantGates.Decided(tenants, plans, nodes));
        Instant now = clock.instant();
        gates.forEach(
                (tenant, gate) -> {
                    if (gate.takeTouched()) {
                        gate.set(usedUp(tenant, gates.quotas(tenant), now));
                    }
                });
    }

    private TenantGate.@Nullable UsedUp usedUp(
            TenantName tenant, TenantQuotas quotas, Instant now) {
        Instant today = UsageStep.DAY.begin(now);
        Instant tomorrow = today.plus(UsageStep.DAY.length());
        UsageCounts counts = new UsageCounts();
        entries(
                        KvSelector.range(
                                KvKey.of(
                                        UsageRows.from(
                                                UsageStep.DAY,
                                                tenant,
                                                UsageRows.WHOLE_TENANT,
                                                today)),
                                KvKey.of(
                                        UsageRows.from(
                                                UsageStep.DAY,
                                                tenant,
                                                UsageRows.WHOLE_TENANT,
                                                tomorrow))))
                .forEach(entry -> counts.add(Json.read(entry.value().data(), UsageRecord.class)));
        Duration rest = Duration.between(now, tomorrow);
        long cpuSeconds = counts.get(UsageCounter.CPU_NANOS) / NANOS;
        long cpuLimit = quotas.limit(Quota.CPU_SECONDS_PER_DAY);
        if (cpuSeconds >= cpuLimit) {
            return new TenantGate.UsedUp(Quota.CPU_SECONDS_PER_DAY, cpuLimit, cpuSeconds, rest);
        }
        long egress = counts.get(UsageCounter.EGRESS_BYTES);
        long egressLimit = quotas.limit(Quota.EGRESS_BYTES_PER_DAY);
        return egress >= egressLimit
                ? new TenantGate.UsedUp(Quota.EGRESS_BYTES_PER_DAY, egressLimit, egress, rest)
                : null;
    }

    private <T> List<T> all(List<Object> prefix, Class<T> type) {
        return entries(KvSelector.prefix(KvKey.of(prefix))).stream()
                .map(entry -> Json.read(entry.value().data(), type))
                .toList();
    }

    private List<KvEntry> entries(KvSelector selector) {
        return KvAnswers.await(database.listAll(selector, Consistency.EVENTUAL), PATIENCE);
    }
}
