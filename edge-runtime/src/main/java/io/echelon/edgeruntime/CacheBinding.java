package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import java.time.Clock;

/**
 * What {@code caches} reaches: the caches of the function's app, which all its revisions share. The
 * platform's {@code HOST.md} lists its operations.
 *
 * @param metrics where what is found is counted
 * @param memory what entries on their way may take
 * @param gates where operations are counted against what a tenant may do in a second
 */
record CacheBinding(
        ClusterCache cluster,
        CacheMetrics metrics,
        HostMemory memory,
        TenantGates gates,
        Clock clock,
        Traces traces)
        implements HostBinding {
    @Override
    public String name() {
        return "cache";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        return new CacheSession(this, AppKey.of(guest.revision()), new GuestTraces(traces, guest));
    }
}
