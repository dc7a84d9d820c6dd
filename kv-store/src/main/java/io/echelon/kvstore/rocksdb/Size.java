package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.DatabaseSize;
import java.nio.ByteBuffer;

/**
 * How much a database holds, or by how much that changes.
 *
 * @param bytes keys and values of rows and messages as RocksDB is given them
 */
record Size(long bytes, long entries, long messages) {
    static final Size NOTHING = new Size(0, 0, 0);

    private static final int ENCODED_BYTES = 3 * Long.BYTES;

    @Override
    public String toString() {
        return "%,d bytes, %,d entries and %,d messages".formatted(bytes, entries, messages);
    }

    Size plus(Size more) {
        return new Size(bytes + more.bytes, entries + more.entries, messages + more.messages);
    }

    DatabaseSize of(String database) {
        return new DatabaseSize(database, bytes, entries, messages);
    }

    byte[] encoded() {
        return ByteBuffer.allocate(ENCODED_BYTES)
                .putLong(bytes)
                .putLong(entries)
                .putLong(messages)
                .array();
    }

    static Size decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        return new Size(in.getLong(), in.getLong(), in.getLong());
    }
}
