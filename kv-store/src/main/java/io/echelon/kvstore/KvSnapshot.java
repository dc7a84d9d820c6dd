package io.echelon.kvstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * All entries of a database, in their order, read part by part.
 *
 * <p>Lifecycle: it may hold on to a state of the store until it is closed, which must happen.
 *
 * <p>Failure: as {@link KvDatabase}; UNAVAILABLE also when the state could not be kept, after which
 * only a new snapshot helps.
 *
 * <p>Thread safety: one call at a time.
 */
public interface KvSnapshot extends AutoCloseable {
    /** Most entries of a part. */
    int PART_MAX_ENTRIES = 100;

    /** How the parts belong together. */
    enum Unity {
        /** All parts show one state of the database. */
        ONE_STATE,
        /** Each part shows the state at its own time. */
        BY_PART
    }

    /** Known once the first part is there. */
    Unity unity();

    /** The next entries, at most {@link #PART_MAX_ENTRIES}; none at the end. */
    CompletableFuture<List<KvEntry>> next();

    @Override
    void close();
}
