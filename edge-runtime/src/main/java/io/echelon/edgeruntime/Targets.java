package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Makes targets; those of one tenant share its gate, those of one app its meters. */
final class Targets {
    private record AppKey(TenantName tenant, AppName app) {}

    private final AdmissionPolicy policy;
    private final MeterRegistry registry;
    private final UsageLedger usage;
    private final ConcurrentMap<TenantName, TenantGate> gates = new ConcurrentHashMap<>();
    private final ConcurrentMap<AppKey, AppMetrics> metrics = new ConcurrentHashMap<>();

    Targets(AdmissionPolicy policy, MeterRegistry registry, UsageLedger usage) {
        this.policy = policy;
        this.registry = registry;
        this.usage = usage;
    }

    Target of(RevisionId id, FunctionLimits limits, @Nullable AssetSite assets) {
        return new Target(
                id,
                id.label(),
                gates.computeIfAbsent(
                        id.tenant(), tenant -> new TenantGate(policy, System.nanoTime())),
                metrics.computeIfAbsent(
                        new AppKey(id.tenant(), id.app()),
                        key -> new AppMetrics(registry, key.tenant(), key.app())),
                usage.load(id, limits.memoryMb()),
                assets);
    }

    /** Says that a revision is called no more. */
    void unloaded(RevisionId id) {
        usage.unload(id);
    }

    /** Says that an app is gone. */
    void forget(TenantName tenant, AppName app) {
        AppMetrics gone = metrics.remove(new AppKey(tenant, app));
        if (gone != null) {
            gone.remove();
        }
    }
}
