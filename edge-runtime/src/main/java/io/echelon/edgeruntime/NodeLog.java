package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.GuestLog;
import io.echelon.tenants.LogLevel;

/** Writes what guests say into the node's log store. */
final class NodeLog implements GuestLog {
    private final LogStore store;

    NodeLog(LogStore store) {
        this.store = store;
    }

    @Override
    public void write(GuestIdentity guest, LogLevel level, String message) {
        store.write(guest.revision(), level, message, guest.requestId().orElse(null));
    }
}
