package io.echelon.kvstore;

import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask of a store as a whole.
 *
 * <p>Failure: {@link io.echelon.tenants.EchelonException}, UNAVAILABLE when no node that has the
 * store can be reached.
 *
 * <p>Thread safety: all methods may be called from any thread, and block.
 */
public interface StoreDesk {
    /**
     * A backup of the platform, written while it is read and while commits go on. Only {@link
     * io.echelon.tenants.BackupReader} finds whether it came to its end.
     */
    InputStream backup();

    /** How every node that has files of the store is doing. */
    List<Node> nodes();

    /**
     * How much each database holds whose name begins so, in the order of their names; as of what
     * the first such node that answers has applied.
     */
    List<DatabaseSize> sizes(String beginning);

    /** What every such node has at one and the same mark, while commits go on. */
    List<Verified> verify();

    /** Where the databases lie that are, or were, in another shard than the first. */
    List<DatabasePlace> places();

    /**
     * Has a database moved to another shard, soon and while it is used.
     *
     * @param database its name in the store
     * @param shard its number, from 0
     * @throws io.echelon.tenants.EchelonException INVALID_ARGUMENT where there is no such shard or
     *     the database cannot be moved, CONFLICT when it is being moved already
     */
    void move(String database, int shard);

    /**
     * A node that has files of the store.
     *
     * @param address its internal address
     * @param shards how each shard of the store is doing there, by their numbers; none when it does
     *     not answer
     */
    record Node(URI address, List<StoreStatus> shards) {
        public Node {
            shards = List.copyOf(shards);
        }
    }

    /**
     * What a node has at a mark.
     *
     * @param address its internal address
     * @param digest null when it could not tell
     * @param failure why; null when it could
     */
    record Verified(URI address, @Nullable StoreDigest digest, @Nullable String failure) {}
}
