package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
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
    CompletableFuture<StoreMark> mark();

    /**
     * What is here at a mark, which is waited for; one digest can be asked for of each mark.
     *
     * @return fails with UNAVAILABLE when this replica does not come to the mark in time, or has
     *     let go of it
     */
    CompletableFuture<StoreDigest> digest(StoreMark mark);

    /** How it is doing; quick enough to be asked for every second. */
    StoreStatus status();

    /** How each of its shards is doing, by their numbers. */
    default List<StoreStatus> shards() {
        return List.of(status());
    }

    /**
     * Has a database moved to another shard, soon and while it is used.
     *
     * @param shard its number, from 0
     * @return completes once that is sure to happen; fails with INVALID_ARGUMENT where there is no
     *     such shard or the database cannot be moved, with CONFLICT when it is being moved already
     */
    default CompletableFuture<Void> move(String database, int shard) {
        if (shard == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.failedFuture(
                new EchelonException(
                        ErrorCode.INVALID_ARGUMENT,
                        "The store has one shard, so that \"%s\" cannot be moved; start its nodes with more"
                                .formatted(database)));
    }

    /** Where the databases lie that are, or were, in another shard than the first. */
    default CompletableFuture<List<DatabasePlace>> places() {
        return CompletableFuture.completedFuture(List.of());
    }

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
