package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A store on other nodes that refuses at once while it is known to be away, where each call would
 * else wait for as long as a node may take to answer: calls of functions, their isolates and their
 * memory would wait with it.
 */
record AnsweringStore(KvStore store, StoreReach reach) implements KvStore {

    @Override
    public KvDatabase database(String name) {
        return new Database(store.database(name), reach);
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        return store.queues();
    }

    @Override
    public void close() {
        store.close();
    }

    private record Database(KvDatabase database, StoreReach reach) implements KvDatabase {
        @Override
        public String name() {
            return database.name();
        }

        @Override
        public CompletableFuture<UUID> id() {
            return reach.isAway() ? CompletableFuture.failedFuture(reach.refusal()) : database.id();
        }

        @Override
        public CompletableFuture<List<List<KvEntry>>> read(
                List<RangeRead> ranges, Consistency consistency) {
            return reach.isAway()
                    ? CompletableFuture.failedFuture(reach.refusal())
                    : database.read(ranges, consistency);
        }

        @Override
        public CompletableFuture<CommitResult> commit(AtomicWrite write) {
            return reach.isAway()
                    ? CompletableFuture.failedFuture(reach.refusal())
                    : database.commit(write);
        }

        @Override
        public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
            return database.watch(keys, watcher);
        }

        @Override
        public Optional<KvQueue> queue() {
            return database.queue();
        }

        @Override
        public KvSnapshot snapshot() {
            return database.snapshot();
        }
    }
}
