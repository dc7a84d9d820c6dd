package io.echelon.kvstore.connect;

import java.util.concurrent.CompletableFuture;

/**
 * Who may do what with a database.
 *
 * <p>Failure: a future that fails refuses the call, with the failure if it is an {@link
 * io.echelon.tenants.EchelonException}.
 *
 * <p>Thread safety: asked from any thread, before every call, and every second while a watch is
 * open; it must not block.
 */
@FunctionalInterface
public interface KvAccess {
    /** What a token opens. */
    enum Grant {
        NONE,
        READ,
        READ_WRITE
    }

    /**
     * What the bearer of a token may do. The token is whatever the caller sent: compare it in
     * constant time.
     */
    CompletableFuture<Grant> grant(String token, String database);
}
