package io.echelon.kvstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What functions keep only to be quicker: bytes that may be gone at any time, and are gone when the
 * process ends.
 *
 * <p><b>Failure.</b> What cannot be kept is not kept, and what cannot be read is not there; nobody
 * is told.
 *
 * <p><b>Thread safety.</b> May be used from any thread; {@link #put} and {@link Found#read} may
 * wait for the disk, the others do not.
 */
public interface EntryCache {
    /** An entry that was there when it was looked for. */
    interface Found {
        /** Its size in bytes. */
        int size();

        /** Its bytes; null when it is gone since. */
        byte @Nullable [] read();
    }

    /** Looks for an entry, which counts as its use; null when there is none. */
    @Nullable Found find(CacheKey key);

    /**
     * Keeps an entry in the place of what was there.
     *
     * @param entry at most {@link KvLimits#CACHE_ENTRY_MAX_BYTES}, or it is not kept
     * @param expires when it is to be gone; null for when its space is needed
     */
    void put(CacheKey key, byte[] entry, @Nullable Instant expires);

    /** Removes an entry; says whether there was one. */
    boolean delete(CacheKey key);

    /** Whether there is any entry in a cache. */
    boolean has(CacheName cache);

    /** Removes all entries of a cache; says whether there was any. */
    boolean delete(CacheName cache);

    /** Removes everything. */
    void clear();
}
