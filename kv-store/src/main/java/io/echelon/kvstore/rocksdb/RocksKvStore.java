package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A store in a folder of this machine. What it acknowledged is on the disk.
 *
 * <p>Lifecycle, failure and thread safety are those of {@link KvStore}. One process at a time has a
 * folder; a second {@link #open} fails with CONFLICT.
 */
public final class RocksKvStore implements HeldStore {
    private final Engine engine;
    private final Clock clock;
    private final Marks marks;
    private final Watches watches;
    private final QueueWakes queueWakes;
    private final CommitLoop commits;
    private final ExecutorService readers;
    private final ExecutorService answers;
    private final ScheduledExecutorService sweeper;

    private RocksKvStore(RocksOptions options, Engine engine, DiskSpace disk) {
        this.engine = engine;
        this.clock = options.clock();
        this.answers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("kv-store-answer-", 0).factory());
        this.readers =
                Executors.newFixedThreadPool(
                        Math.max(2, Runtime.getRuntime().availableProcessors()),
                        daemons("kv-store-reader-"));
        this.sweeper = Executors.newSingleThreadScheduledExecutor(daemons("kv-store-sweeper-"));
        this.marks = new Marks(engine);
        this.watches = new Watches(answers);
        this.queueWakes = new QueueWakes(answers);
        this.commits =
                new CommitLoop(
                        engine,
                        disk,
                        options.clock(),
                        answers,
                        group -> {
                            engine.nearRows().changed(group.changedKeys());
                            marks.written(group.stamp(), group.changedKeys());
                            watches.changed(group.changedKeys());
                            queueWakes.changed(group.written());
                        });
    }

    /** Opens the store of a folder, or makes it. */
    public static RocksKvStore open(RocksOptions options) {
        Engine engine = Engine.open(options.folder(), options.blockCacheBytes());
        return open(options, engine, DiskSpace.of(options.folder(), options.reserveBytes()));
    }

    static RocksKvStore open(RocksOptions options, DiskSpace disk) {
        return open(options, Engine.open(options.folder(), options.blockCacheBytes()), disk);
    }

    private static RocksKvStore open(RocksOptions options, Engine engine, DiskSpace disk) {
        RocksKvStore store = new RocksKvStore(options, engine, disk);
        store.commits.start();
        long sweepMs = options.sweepEvery().toMillis();
        var _ =
                store.sweeper.scheduleWithFixedDelay(
                        store.commits::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
        return store;
    }

    @Override
    public KvDatabase database(String name) {
        String checked = KvChecks.databaseName(name);
        return new RocksKvDatabase(
                checked,
                engine,
                commits,
                watches,
                readers,
                new StoredQueue(checked, engine, queueWakes, readers, commits::submit));
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        return CompletableFuture.supplyAsync(() -> QueueReads.databases(engine), readers);
    }

    @Override
    public CompletableFuture<StoreBackup> backup() {
        return CompletableFuture.supplyAsync(
                () -> new PinnedBackup(engine, clock.instant()), readers);
    }

    @Override
    public CompletableFuture<StoreMark> mark() {
        return Marks.make(this);
    }

    @Override
    public CompletableFuture<StoreDigest> digest(StoreMark mark) {
        return marks.digest(mark, readers);
    }

    @Override
    public StoreStatus status() {
        long last = engine.lastGroup();
        return new StoreStatus(
                null,
                StoreStatus.Role.ALONE,
                null,
                0,
                last,
                last,
                List.of(),
                0,
                Databases.files(engine));
    }

    @Override
    public List<DatabaseSize> sizes() {
        return engine.sizes().all();
    }

    @Override
    public List<DatabaseSize> sizes(String beginning) {
        return engine.sizes().below(beginning);
    }

    @Override
    public long bytes(String beginning) {
        return engine.sizes().bytesBelow(beginning);
    }

    @Override
    public long growthAtMost(String database, AtomicWrite write) {
        return Growth.atMost(database, write);
    }

    @Override
    public CompletableFuture<Long> growth(String database, AtomicWrite write) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> Growth.now(engine, database, write), readers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed", e));
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        commits.close();
        watches.close();
        readers.shutdown();
        answers.shutdown();
        engine.close();
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }
}
