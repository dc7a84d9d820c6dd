package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
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
import java.util.function.Function;

/**
 * A database that commits go another way to; in all else it is the database itself.
 *
 * @param commits what a commit does; it may hand it to the database
 */
record PassingDatabase(
        KvDatabase database, Function<AtomicWrite, CompletableFuture<CommitResult>> commits)
        implements KvDatabase {
    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return commits.apply(write);
    }

    @Override
    public String name() {
        return database.name();
    }

    @Override
    public CompletableFuture<UUID> id() {
        return database.id();
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        return database.read(ranges, consistency);
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
