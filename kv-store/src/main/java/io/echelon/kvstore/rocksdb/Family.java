package io.echelon.kvstore.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.rocksdb.RocksDB;

/** The column families. */
enum Family {
    /** Format, identity, number of the last group of commits. */
    META(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.US_ASCII)),
    /** {@link RowKey} to {@link Row}. */
    ROWS("rows"),
    /** Expiry time (8 bytes) and row key, to nothing. */
    EXPIRY("expiry"),
    /** {@link QueueRow}s. */
    QUEUE("queue");

    /** Those that have what databases hold. */
    static final List<Family> OF_DATABASES = List.of(ROWS, QUEUE);

    private final String label;

    Family(String label) {
        this.label = label;
    }

    byte[] label() {
        return label.getBytes(StandardCharsets.US_ASCII);
    }
}
