package io.echelon.edgeruntime;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.EntryCache;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The entries on this node; what may wait for the disk does so on threads of its own. */
final class OwnCache implements CachePlace {
    private final EntryCache entries;
    private final Executor threads =
            task -> Thread.ofVirtual().name("echelon-cache-", 0).start(task);

    OwnCache(EntryCache entries) {
        this.entries = entries;
    }

    private <T extends @Nullable Object> CompletableFuture<T> later(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, threads);
    }

    @Override
    public CompletableFuture<@Nullable Found> find(CacheKey key) {
        EntryCache.Found found = entries.find(key);
        return CompletableFuture.completedFuture(found == null ? null : new Here(found));
    }

    private final class Here implements Found {
        private final EntryCache.Found found;

        Here(EntryCache.Found found) {
            this.found = found;
        }

        @Override
        public int size() {
            return found.size();
        }

        @Override
        public CompletableFuture<byte @Nullable []> read() {
            return later(found::read);
        }

        @Override
        public void leave() {}
    }

    @Override
    public CompletableFuture<Void> put(CacheKey key, byte[] entry, @Nullable Instant expires) {
        return CompletableFuture.runAsync(() -> entries.put(key, entry, expires), threads);
    }

    @Override
    public CompletableFuture<Boolean> delete(CacheKey key) {
        return later(() -> entries.delete(key));
    }

    @Override
    public CompletableFuture<Boolean> has(CacheName cache) {
        return later(() -> entries.has(cache));
    }

    @Override
    public CompletableFuture<Boolean> delete(CacheName cache) {
        return later(() -> entries.delete(cache));
    }
}
