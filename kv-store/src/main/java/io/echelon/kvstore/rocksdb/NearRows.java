package io.echelon.kvstore.rocksdb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.echelon.kvstore.KvEntry;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were read lately, in this process's memory, for reads that may be old.
 *
 * <p>Who reads a row puts it in, and who has changed it takes it out, once the change can be read
 * and before anybody is told of it. Both hold the row's place while they do, so what was read
 * before a change is never put in after it.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class NearRows {
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    /** What a row takes beside its key and its value. */
    private static final int ROW_BYTES = 256;

    private volatile Cache<RowKey, List<KvEntry>> rows = none();

    private static Cache<RowKey, List<KvEntry>> none() {
        return Caffeine.newBuilder()
                .maximumWeight(MAX_BYTES)
                .weigher(NearRows::bytes)
                .executor(Runnable::run)
                .build();
    }

    private static int bytes(RowKey key, List<KvEntry> row) {
        int bytes = ROW_BYTES + key.bytes().length;
        for (KvEntry entry : row) {
            bytes += key.bytes().length + entry.value().sizeBytes();
        }
        return bytes;
    }

    /** What a row holds, one entry or none; null when it is not known here. */
    @Nullable List<KvEntry> known(RowKey key) {
        return rows.getIfPresent(key);
    }

    /** What a row holds, which is read when it is not known here. */
    List<KvEntry> get(RowKey key, Function<RowKey, List<KvEntry>> read) {
        return rows.get(key, read);
    }

    /** Takes rows out that were changed. */
    void changed(Set<RowKey> keys) {
        rows.invalidateAll(keys);
    }

    /** Takes everything out; what is being read at the time is not put in. */
    void forget() {
        rows = none();
    }
}
