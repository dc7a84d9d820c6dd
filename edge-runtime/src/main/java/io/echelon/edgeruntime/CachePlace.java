package io.echelon.edgeruntime;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where entries of functions' caches are: this node, or another one.
 *
 * <p><b>Failure.</b> Stages fail when the place does not answer; what becomes of an entry then is
 * not known.
 *
 * <p><b>Thread safety.</b> Any thread; none of it waits.
 */
interface CachePlace {
    /** An entry whose bytes have yet to come; either of {@link #read} and {@link #leave}, once. */
    interface Found {
        /** Its size in bytes. */
        int size();

        /** Its bytes; null when it is gone since. */
        CompletableFuture<byte @Nullable []> read();

        /** Nobody will read it. */
        void leave();
    }

    /** Looks for an entry; null when there is none. */
    CompletableFuture<@Nullable Found> find(CacheKey key);

    /**
     * Keeps an entry in the place of what was there, if it can.
     *
     * @param expires when it is to be gone; null for when its space is needed
     */
    CompletableFuture<Void> put(CacheKey key, byte[] entry, @Nullable Instant expires);

    /** Removes an entry; says whether there was one. */
    CompletableFuture<Boolean> delete(CacheKey key);

    /** Whether there is any entry in a cache. */
    CompletableFuture<Boolean> has(CacheName cache);

    /** Removes all entries of a cache; says whether there was any. */
    CompletableFuture<Boolean> delete(CacheName cache);
}
