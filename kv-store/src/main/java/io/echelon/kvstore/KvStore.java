package io.echelon.kvstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store of databases, here or behind an address.
 *
 * <p>Lifecycle: open from its making until {@link #close}; afterwards calls fail with UNAVAILABLE
 * and watches end.
 *
 * <p>Failure: as {@link KvDatabase} says.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
public interface KvStore extends AutoCloseable {
    /**
     * The database of a name; it exists from its first commit on.
     *
     * @param name {@code [a-z0-9][a-z0-9._-]*}, at most {@link KvLimits#DATABASE_NAME_MAX_CHARS}
     */
    KvDatabase database(String name);

    /**
     * Names of the databases whose queues have messages, in their order; none where the store is
     * behind KV Connect.
     */
    default CompletableFuture<List<String>> queues() {
        return CompletableFuture.completedFuture(List.of());
    }

    /** Waits for commits that have begun, then lets go of everything. */
    @Override
    void close();
}
