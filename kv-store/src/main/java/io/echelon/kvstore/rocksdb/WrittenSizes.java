package io.echelon.kvstore.rocksdb;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of what rows hold that were written lately, in memory: a row that is written again and
 * again need not be looked up to know by how much its database grows. What was not written for
 * longest is forgotten first.
 *
 * <p>Thread safety: none; for the thread that writes.
 */
final class WrittenSizes {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    /** What a row takes beside its key. */
    private static final int ROW_BYTES = 128;

    private final SequencedMap<RowKey, Integer> sizes = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Size of a row's value, {@link Engine#ABSENT} without one; null when it is not known here. */
    @Nullable Integer of(RowKey key) {
        return sizes.get(key);
    }

    /** Says what was written; {@link Engine#ABSENT} for a row that was deleted. */
    void written(RowKey key, int valueBytes) {
        if (sizes.put(key, valueBytes) == null) {
            bytes += bytes(key);
        }
        while (bytes > MAX_BYTES) {
            RowKey oldest = sizes.firstEntry().getKey();
            sizes.remove(oldest);
            bytes -= bytes(oldest);
        }
    }

    /** Forgets everything, when something else may have written. */
    void forget() {
        sizes.clear();
        bytes = 0;
    }

    private static int bytes(RowKey key) {
        return ROW_BYTES + key.bytes().length;
    }
}
