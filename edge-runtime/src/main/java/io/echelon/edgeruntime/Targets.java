package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Makes targets; those of one tenant share its gate, those of one app its meters. */
final class Targets {
    private final MeterRegistry registry;
    private final TenantGates gates;
    private final UsageLedger usage;
    private final ConcurrentMap<AppKey, AppMetrics> metrics = new ConcurrentHashMap<>();

    Targets(TenantGates gates, MeterRegistry registry, UsageLedger usage) {
        this.gates = gates;
        this.registry = registry;
        this.usage = usage;
    }

    Target of(RevisionId id, FunctionLimits limits, @Nullable AssetSite assets) {
        return of(id, limits, assets, new PermittedHosts(null), List.of(), new Warmth(0));
    }

    Target of(
            RevisionId id,
            FunctionLimits limits,
            @Nullable AssetSite assets,
            PermittedHosts hosts,
            List<QueueConsumption> consumers,
            Warmth warmth) {
        return new Target(
                id,
                id.label(),
                gates.of(id.tenant()),
                metrics.computeIfAbsent(
                        new AppKey(id.tenant(), id.app()),
                        key -> new AppMetrics(registry, key.tenant(), key.app())),
                usage.load(id, limits.memoryMb()),
                assets,
                hosts,
                consumers,
                warmth);
    }

    /** Says that a revision is called no more. */
    void unloaded(RevisionId id) {
        usage.unload(id);
    }

    /** Says that an app is gone; with it go all meters that name it. */
    void forget(TenantName tenant, AppName app) {
        var _ = metrics.remove(new AppKey(tenant, app));
        for (Meter meter : registry.getMeters()) {
            if (tenant.value().equals(meter.getId().getTag("tenant"))
                    && app.value().equals(meter.getId().getTag("app"))) {
                var _ = registry.remove(meter);
            }
        }
    }
}
