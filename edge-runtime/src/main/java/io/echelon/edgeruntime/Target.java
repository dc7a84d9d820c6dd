package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.RevisionId;
import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a host name leads, with all that a request needs looked up already.
 *
 * @param label the revision as headers have it
 * @param usage what the revision's calls use is counted there
 * @param assets files that are answered without an isolate; null when the revision has none
 * @param hosts that the function may reach
 * @param consumers how its handler {@code queue} takes named queues; none when it takes the app's
 *     own
 * @param warmth whether isolates stand ready
 */
record Target(
        RevisionId revision,
        String label,
        TenantGate gate,
        AppMetrics metrics,
        UsageMeter usage,
        @Nullable AssetSite assets,
        PermittedHosts hosts,
        List<QueueConsumption> consumers,
        Warmth warmth)
        implements Route {
    Target {
        consumers = List.copyOf(consumers);
    }

    @Override
    public Target main() {
        return this;
    }

    @Override
    public Target choose(RequestHead head, MultiMap response) {
        return this;
    }

    /** Counts a call that reached the pool. */
    void called(CallReport report) {
        metrics.called(report);
        usage.called(report);
    }

    /** Counts a request that was refused before it reached the pool. */
    void refused(Outcome outcome) {
        metrics.count(outcome);
        usage.count(outcome);
    }
}
