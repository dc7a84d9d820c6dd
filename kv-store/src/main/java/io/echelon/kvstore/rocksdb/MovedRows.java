package io.echelon.kvstore.rocksdb;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A state of a database that is kept to be copied to another shard: everything, or what may be
 * otherwise than in a state that was copied before. Its parts are those that {@link
 * Command.Receive} takes.
 *
 * <p>Lifecycle: holds on to the state until it is closed, which must happen.
 *
 * <p>Failure: UNAVAILABLE when the state could not be kept.
 *
 * <p>Thread safety: one call at a time; calls block.
 */
public final class MovedRows implements AutoCloseable {
    private final Engine engine;
    private final Engine.Pinned pinned;
    private final String database;
    private final TouchedRows since;
    private final @Nullable TouchedRows between;

    /**
     * @param since opened before all batches had ended that the state has
     * @param before the state that was copied before, or null
     */
    MovedRows(Engine engine, String database, TouchedRows since, @Nullable MovedRows before) {
        this.engine = engine;
        this.database = database;
        this.since = since;
        this.between = before != null && before.since.areAll() ? before.since : null;
        this.pinned = engine.pin();
    }

    /** Who takes the parts. */
    public interface Taker {
        /**
         * Takes a part.
         *
         * @param messages whether these are messages, or entries
         * @param rows some hundred thousand bytes
         */
        void take(boolean messages, byte[] rows) throws IOException;
    }

    /** Whether it is everything, which is for a receiver that has nothing. */
    public boolean isWhole() {
        return between == null;
    }

    /** How many entries and messages were touched since; the most there can be, if not known. */
    public int touched() {
        return since.areAll() ? since.count() : Integer.MAX_VALUE;
    }

    /** Hands it over, part by part. */
    public void handTo(Taker taker) throws IOException {
        PinnedRows rows = new PinnedRows(engine, pinned);
        for (Family family : Family.OF_DATABASES) {
            PinnedRows.Parts parts = part -> taker.take(family == Family.QUEUE, part);
            if (between == null) {
                rows.read(family, database, parts);
            } else {
                rows.read(family, between.keys(family), parts);
            }
        }
    }

    @Override
    public void close() {
        since.close();
        engine.unpin(pinned);
    }
}
