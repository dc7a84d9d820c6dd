package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.GuestLog;
import io.echelon.tenants.LogLevel;

/** Writes what guests say into the node's log store. */
final class NodeLog implements GuestLog {
    private final LogStore store;
    private final Traces traces;

    NodeLog(LogStore store, Traces traces) {
        this.store = store;
        this.traces = traces;
    }

    @Override
    public void write(GuestIdentity guest, LogLevel level, String message) {
        String requestId = guest.requestId().orElse(null);
        store.write(
                guest.revision(),
                level,
                message,
                requestId,
                requestId == null ? null : traces.traceId(requestId));
    }
}
