package io.echelon.kvstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store whose files this process has: the only ones, or those of one replica.
 *
 * <p>Lifecycle, failure and thread safety are those of {@link KvStore}.
 */
public interface HeldStore extends KvStore {
    /**
     * Keeps the present state of all databases, to be written out. It has all that was acknowledged
     * before the call.
     */
    CompletableFuture<StoreBackup> backup();

    /**
     * Marks the present state, in all replicas, so that {@link #digest} of each can be compared. It
     * is kept for a minute.
     *
     * @return the mark
     */
    CompletableFuture<Long> mark();

    /**
     * What is here at a mark, which is waited for; one digest can be asked for of each mark.
     *
     * @return fails with UNAVAILABLE when this replica does not come to the mark in time, or has
     *     let go of it
     */
    CompletableFuture<StoreDigest> digest(long mark);

    /** How it is doing; quick enough to be asked for every second. */
    StoreStatus status();

    /**
     * How much each database holds that holds something, in the order of their names; as of what is
     * applied here.
     */
    List<DatabaseSize> sizes();

    /** The same of the databases whose names begin so. */
    List<DatabaseSize> sizes(String beginning);

    /**
     * Bytes that all databases hold whose names are a beginning, which ends with a dot, and behind
     * it a last part without one; quick enough to be asked for at every commit.
     */
    long bytes(String beginning);

    /**
     * By how many bytes a commit makes a database larger at most, as if nothing that it writes were
     * there; 0 when it only deletes. It looks at nothing.
     */
    long growthAtMost(String database, AtomicWrite write);

    /**
     * By how many bytes a commit would make a database larger, as far as is applied here; negative
     * when it would be smaller.
     */
    CompletableFuture<Long> growth(String database, AtomicWrite write);
}
