package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The messages of a database, in whichever shard it lies. Claims go with it. */
final class ShardedQueue implements KvQueue {
    private final String name;
    private final Shards shards;

    ShardedQueue(String name, Shards shards) {
        this.name = name;
        this.shards = shards;
    }

    private static KvQueue of(KvDatabase database) {
        return database.queue().orElseThrow();
    }

    @Override
    public CompletableFuture<Optional<Instant>> nextDue() {
        return shards.read(name, database -> of(database).nextDue());
    }

    @Override
    public CompletableFuture<List<QueueMessage>> claim(int limit, Duration lease) {
        return shards.change(name, database -> of(database).claim(limit, lease));
    }

    @Override
    public CompletableFuture<List<Optional<QueueReceipt>>> settle(
            List<QueueSettlement> settlements) {
        return shards.change(name, database -> of(database).settle(settlements));
    }

    /** Listens in all shards, since a listener may be called once too often, but not too seldom. */
    @Override
    public KvSubscription onChange(Runnable listener) {
        List<KvSubscription> each =
                shards.each().stream()
                        .map(shard -> of(shard.database(name)).onChange(listener))
                        .toList();
        return () -> each.forEach(KvSubscription::close);
    }

    @Override
    public CompletableFuture<List<QueueEntry>> peek(Part part, int limit) {
        return shards.read(name, database -> of(database).peek(part, limit));
    }

    @Override
    public CompletableFuture<QueueCounts> counts() {
        return shards.read(name, database -> of(database).counts());
    }

    @Override
    public CompletableFuture<Integer> redrive() {
        return shards.change(name, database -> of(database).redrive());
    }

    @Override
    public CompletableFuture<Integer> purge(Part part) {
        return shards.change(name, database -> of(database).purge(part));
    }
}
