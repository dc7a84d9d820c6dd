package io.echelon.kvstore.shards;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.DeferredSnapshot;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A database, in whichever shard it lies. */
final class ShardedDatabase implements KvDatabase {
    private final String name;
    private final Shards shards;

    ShardedDatabase(String name, Shards shards) {
        this.name = name;
        this.shards = shards;
    }

    @Override
    public String name() {
        return name;
    }

    /** That of the first shard, wherever the database lies: it never changes. */
    @Override
    public CompletableFuture<UUID> id() {
        return shards.first().database(name).id();
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        return shards.read(name, database -> database.read(ranges, consistency));
    }

    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return shards.change(name, database -> database.commit(write));
    }

    @Override
    public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        return MovingWatch.begin(shards, name, keys, watcher);
    }

    @Override
    public KvSnapshot snapshot() {
        return new DeferredSnapshot(shards.snapshot(name));
    }

    @Override
    public Optional<KvQueue> queue() {
        return Optional.of(new ShardedQueue(name, shards));
    }
}
