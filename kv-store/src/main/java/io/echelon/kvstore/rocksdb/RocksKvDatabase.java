package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;

/** The rows below one prefix. */
final class RocksKvDatabase implements KvDatabase {
    private final String name;
    private final byte[] prefix;
    private final Engine engine;
    private final CommitLoop commits;
    private final Watches watches;
    private final ExecutorService readers;

    RocksKvDatabase(
            String name,
            Engine engine,
            CommitLoop commits,
            Watches watches,
            ExecutorService readers) {
        this.name = name;
        this.prefix = RowKey.prefix(name);
        this.engine = engine;
        this.commits = commits;
        this.watches = watches;
        this.readers = readers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<UUID> id() {
        return onReader(
                () ->
                        UUID.nameUUIDFromBytes(
                                (engine.identity() + "/" + name)
                                        .getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        try {
            List<RangeRead> checked = KvChecks.ranges(ranges);
            return onReader(() -> readNow(checked));
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return commits.submit(prefix, write);
    }

    @Override
    public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        List<RangeRead> points = KvChecks.watched(keys).stream().map(RangeRead::of).toList();
        return watches.add(
                keys.stream().map(key -> RowKey.of(prefix, key)).toList(),
                () -> readNow(points).stream().map(found -> found.stream().findFirst()).toList(),
                watcher);
    }

    private List<List<KvEntry>> readNow(List<RangeRead> ranges) {
        if (ranges.size() == 1 && ranges.getFirst().isPoint()) {
            byte[] key = ranges.getFirst().start();
            Optional<Row> row = engine.row(RowKey.bytes(prefix, key));
            return List.of(row.map(found -> List.of(entry(key, found))).orElseGet(List::of));
        }
        return engine.snapshot(
                snapshot -> {
                    List<List<KvEntry>> found = new ArrayList<>(ranges.size());
                    for (RangeRead range : ranges) {
                        found.add(scan(snapshot, range));
                    }
                    return found;
                });
    }

    private List<KvEntry> scan(Snapshot snapshot, RangeRead range) throws RocksDBException {
        List<KvEntry> entries = new ArrayList<>();
        snapshot.scan(
                Family.ROWS,
                RowKey.bytes(prefix, range.start()),
                RowKey.bytes(prefix, range.end()),
                range.order(),
                (key, value) -> {
                    byte[] encoded = Arrays.copyOfRange(key, prefix.length, key.length);
                    entries.add(entry(encoded, Row.decode(value)));
                    return entries.size() < range.limit();
                });
        return entries;
    }

    private static KvEntry entry(byte[] encodedKey, Row row) {
        return new KvEntry(KvKey.decode(encodedKey), row.value(), row.versionstamp());
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
