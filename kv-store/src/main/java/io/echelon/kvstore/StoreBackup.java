package io.echelon.kvstore;

import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupWriter;
import java.io.IOException;
import java.util.List;

/**
 * All databases of a store as they were at one versionstamp, with their messages, while commits go
 * on.
 *
 * <p>Lifecycle: holds on to a state of the store until it is closed, which must happen.
 *
 * <p>Failure: UNAVAILABLE when the state could not be kept, after which only a new backup helps.
 *
 * <p>Thread safety: one call at a time; calls block.
 */
public interface StoreBackup extends AutoCloseable {
    /**
     * How the backup begins.
     *
     * @param version of this program
     */
    BackupHead head(String version);

    /**
     * Writes all rows and messages.
     *
     * @return what was written of each database, in the order of their names
     * @throws IOException when the stream fails
     */
    List<BackupContents.Database> write(BackupWriter out) throws IOException;

    /** The entries of a database below a prefix, in memory. */
    List<KvEntry> below(String database, KvKey prefix);

    @Override
    void close();
}
