package io.echelon.kvstore.rocksdb;

import java.io.IOException;

/**
 * What a database holds, kept to be copied to another shard. Its parts are those that {@link
 * Command.Receive} takes.
 *
 * <p>Lifecycle: holds on to a state of the store until it is closed, which must happen.
 *
 * <p>Failure: UNAVAILABLE when the state could not be kept.
 *
 * <p>Thread safety: one call at a time; calls block.
 */
public final class MovedRows implements AutoCloseable {
    private final Engine engine;
    private final Engine.Pinned pinned;
    private final String database;

    MovedRows(Engine engine, String database) {
        this.engine = engine;
        this.database = database;
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

    /** Hands everything over, part by part. */
    public void handTo(Taker taker) throws IOException {
        PinnedRows rows = new PinnedRows(engine, pinned);
        rows.read(Family.ROWS, database, part -> taker.take(false, part));
        rows.read(Family.QUEUE, database, part -> taker.take(true, part));
    }

    @Override
    public void close() {
        engine.unpin(pinned);
    }
}
