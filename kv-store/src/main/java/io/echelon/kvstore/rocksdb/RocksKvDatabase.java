package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.PagedSnapshot;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** The rows below one prefix. */
final class RocksKvDatabase implements KvDatabase {
    private final String name;
    private final byte[] prefix;
    private final Engine engine;
    private final Reads reads;
    private final CommitLoop commits;
    private final Watches watches;
    private final ExecutorService readers;
    private final KvQueue queue;

    RocksKvDatabase(
            String name,
            Engine engine,
            CommitLoop commits,
            Watches watches,
            ExecutorService readers,
            KvQueue queue) {
        this.name = name;
        this.prefix = RowKey.prefix(name);
        this.engine = engine;
        this.reads = new Reads(engine);
        this.commits = commits;
        this.watches = watches;
        this.readers = readers;
        this.queue = queue;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<UUID> id() {
        return onReader(() -> engine.idOf(name));
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        try {
            List<RangeRead> checked = KvChecks.ranges(ranges);
            return switch (consistency) {
                case EVENTUAL -> reads.near(prefix, checked, readers);
                case STRONG -> onReader(() -> reads.ranges(prefix, checked));
            };
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return commits.submit(name, write);
    }

    @Override
    public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        List<KvKey> checked = KvChecks.watched(keys);
        return watches.add(
                checked.stream().map(key -> RowKey.of(prefix, key)).toList(),
                () -> reads.keys(prefix, checked),
                watcher);
    }

    @Override
    public KvSnapshot snapshot() {
        Engine.Pinned pinned = engine.pin();
        return new PagedSnapshot(
                KvSnapshot.Unity.ONE_STATE,
                range -> onReader(() -> reads.range(pinned, prefix, range)),
                () -> engine.unpin(pinned));
    }

    @Override
    public Optional<KvQueue> queue() {
        return Optional.of(queue);
    }

    private <T> CompletableFuture<T> onReader(Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(read, readers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed", e));
        }
    }
}
