package io.echelon.edgeruntime;

import io.echelon.tenants.ProcessLifecycle;
import io.echelon.tenants.ProcessSettings;
import io.echelon.tenants.RecentWarnings;
import io.echelon.tenants.SettingsReload;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a node tells of its start, and which settings can change while it runs. */
final class NodeLifecycle {
    /** Settings that need no new start; docs/operations.md has the list. */
    static final Set<String> LIVE =
            Set.of(
                    "ECHELON_BODY_SECONDS",
                    "ECHELON_CONNECTIONS",
                    "ECHELON_EGRESS_ALLOW",
                    "ECHELON_FORWARD",
                    "ECHELON_HEAD_SECONDS",
                    "ECHELON_IDLE_SECONDS",
                    "ECHELON_LOG_APP_MB",
                    "ECHELON_LOG_DAYS",
                    "ECHELON_LOG_LEVEL",
                    "ECHELON_NODE_HEAP_PERCENT",
                    "ECHELON_NODE_WAITING",
                    "ECHELON_TENANT_BURST",
                    "ECHELON_TENANT_CONCURRENCY",
                    "ECHELON_TENANT_REQUESTS_PER_SECOND",
                    "ECHELON_TRUSTED_PROXIES");

    private NodeLifecycle() {}

    /** Of a node whose framework stands. */
    static ProcessLifecycle of(EdgeConfiguration configuration) {
        return new ProcessLifecycle(
                configuration.nodeId(),
                ProcessSettings.read(System.getenv()),
                configuration.diagnostics().orElse(configuration.data().resolve("diagnostics")));
    }

    /** Says that the node is ready, and has it take signals. */
    static void ready(ProcessLifecycle lifecycle, NodeProgram node, MeterRegistry registry) {
        lifecycle
                .phases()
                .millis()
                .forEach(
                        (phase, millis) ->
                                Gauge.builder("echelon.start.phase", () -> millis / 1000.0)
                                        .baseUnit("seconds")
                                        .tag("phase", phase)
                                        .register(registry));
        SettingsReload.Outcome.NAMES.forEach(outcome -> reloads(registry, outcome));
        lifecycle.ready(
                new PatternFormatter(RecentWarnings.LINE),
                EdgeEnvironment::read,
                LIVE,
                now -> {
                    ProcessLifecycle.log(now.logLevel());
                    node.apply(now);
                },
                outcome -> reloads(registry, outcome.name()).increment());
    }

    private static Counter reloads(MeterRegistry registry, String outcome) {
        return registry.counter("echelon.config.reloads", "outcome", outcome);
    }
}
