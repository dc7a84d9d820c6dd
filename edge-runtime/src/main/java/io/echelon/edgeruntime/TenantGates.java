package io.echelon.edgeruntime;

import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;

/**
 * The gates of all tenants of a node, and the quotas that hold for them.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class TenantGates {
    /**
     * What the operator decided, as it was read last.
     *
     * @param tenants those for which something was decided alone
     * @param nodes that share the quotas, 1 or more
     */
    record Decided(
            Map<TenantName, QuotaRecord> tenants, Map<PlanName, PlanRecord> plans, int nodes) {
        Decided {
            tenants = Map.copyOf(tenants);
            plans = Map.copyOf(plans);
        }

        TenantQuotas of(TenantName tenant) {
            QuotaRecord own = tenants.get(tenant);
            return TenantQuotas.of(own, plans.get(own == null ? PlanName.DEFAULT : own.plan()));
        }
    }

    private volatile AdmissionPolicy policy;
    private final ConcurrentMap<TenantName, TenantGate> gates = new ConcurrentHashMap<>();
    private volatile Decided decided = new Decided(Map.of(), Map.of(), 1);

    TenantGates(AdmissionPolicy policy) {
        this.policy = policy;
    }

    TenantGate of(TenantName tenant) {
        TenantGate known = gates.get(tenant);
        return known != null
                ? known
                : gates.computeIfAbsent(
                        tenant,
                        fresh ->
                                new TenantGate(
                                        policy,
                                        decided.of(fresh),
                                        decided.nodes(),
                                        System.nanoTime()));
    }

    /** The quotas of a tenant. */
    TenantQuotas quotas(TenantName tenant) {
        return decided.of(tenant);
    }

    /** Takes what holds from here on. */
    void set(Decided now) {
        decided = now;
        gates.forEach((tenant, gate) -> gate.set(now.of(tenant), now.nodes()));
    }

    /** Takes the node's own bounds that hold from here on. */
    void set(AdmissionPolicy now) {
        policy = now;
        TenantGates.Decided present = decided;
        gates.forEach((tenant, gate) -> gate.set(now, present.of(tenant), present.nodes()));
    }

    /** Tells every gate. */
    void forEach(BiConsumer<TenantName, TenantGate> each) {
        gates.forEach(each);
    }
}
