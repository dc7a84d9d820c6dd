package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.DeferredSnapshot;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.rocksdb.RocksState;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** A database as one replica sees it. */
final class RatisKvDatabase implements KvDatabase {
    private final String name;
    private final RocksState state;
    private final Gateway gateway;
    private final StrongReads strongReads;
    private final ExecutorService readers;

    RatisKvDatabase(
            String name,
            RocksState state,
            Gateway gateway,
            StrongReads strongReads,
            ExecutorService readers) {
        this.name = name;
        this.state = state;
        this.gateway = gateway;
        this.strongReads = strongReads;
        this.readers = readers;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * The identity is replicated with the state, so an answer waits for what a strong read does.
     */
    @Override
    public CompletableFuture<UUID> id() {
        return strongReads.ready().thenCompose(_ -> onReader(() -> state.id(name)));
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        try {
            List<RangeRead> checked = KvChecks.ranges(ranges);
            return switch (consistency) {
                case EVENTUAL -> state.readNear(name, checked, readers);
                case STRONG ->
                        strongReads
                                .ready()
                                .thenCompose(_ -> onReader(() -> state.read(name, checked)));
            };
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return gateway.submit(name, write);
    }

    @Override
    public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        return state.watch(name, KvChecks.watched(keys), watcher);
    }

    /** A state that has what was committed before the call. */
    @Override
    public KvSnapshot snapshot() {
        return new DeferredSnapshot(
                strongReads.ready().thenApply(_ -> state.snapshot(name, readers)));
    }

    @Override
    public Optional<KvQueue> queue() {
        return Optional.of(state.queue(name, readers, gateway::submit));
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
