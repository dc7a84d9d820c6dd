package io.echelon.kvstore;

import io.echelon.kvstore.KvQueue.Part;
import java.util.List;

/**
 * What operators do with the messages of a store's databases, here or behind an address.
 *
 * <p>Failure: {@link io.echelon.tenants.EchelonException}, as {@link KvQueue} says.
 *
 * <p>Thread safety: all methods may be called from any thread; they block.
 */
public interface QueueDesk {
    /** Names of the databases that have messages, in their order. */
    List<String> databases();

    /**
     * Looks at the messages of a database.
     *
     * @param limit messages to show, 0 to {@link KvQueue#PEEK_MAX}; they are counted in any case
     */
    QueueState look(String database, Part part, int limit);

    /** Makes the dead messages of a database due at once. The number of them. */
    int redrive(String database);

    /** Removes messages of a database. The number of them. */
    int purge(String database, Part part);
}
