package io.echelon.isolatepool;

import io.echelon.tenants.RevisionId;
import java.util.Optional;

/** Who a guest is, as bindings and the log need to know it. */
public interface GuestIdentity {
    RevisionId revision();

    /**
     * The request that the isolate serves now; empty while it is warmed and when it serves several.
     */
    Optional<String> requestId();
}
