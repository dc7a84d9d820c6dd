package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.rocksdb.RocksDBException;

/** Reads of the rows below the prefixes of databases; from any thread. */
final class Reads {
    private final Engine engine;

    Reads(Engine engine) {
        this.engine = engine;
    }

    /** The entries of ranges, from one state of the database. */
    List<List<KvEntry>> ranges(byte[] prefix, List<RangeRead> ranges) {
        if (ranges.size() == 1 && ranges.getFirst().isPoint()) {
            byte[] key = ranges.getFirst().start();
            Optional<Row> row = engine.row(RowKey.bytes(prefix, key));
            return List.of(row.map(found -> List.of(entry(key, found))).orElseGet(List::of));
        }
        return engine.snapshot(
                snapshot -> {
                    List<List<KvEntry>> found = new ArrayList<>(ranges.size());
                    for (RangeRead range : ranges) {
                        found.add(scan(snapshot, prefix, range));
                    }
                    return found;
                });
    }

    /**
     * The entries of ranges, from memory where there is a single key to look for that was read
     * lately.
     *
     * @param readers where they are read otherwise
     */
    CompletableFuture<List<List<KvEntry>>> near(
            byte[] prefix, List<RangeRead> ranges, Executor readers) {
        try {
            if (ranges.size() != 1 || !ranges.getFirst().isPoint()) {
                return CompletableFuture.supplyAsync(() -> ranges(prefix, ranges), readers);
            }
            RowKey key = new RowKey(RowKey.bytes(prefix, ranges.getFirst().start()));
            List<KvEntry> known = engine.nearRows().known(key);
            return known == null
                    ? CompletableFuture.supplyAsync(
                            () ->
                                    List.of(
                                            engine.nearRows()
                                                    .get(
                                                            key,
                                                            _ ->
                                                                    ranges(prefix, ranges)
                                                                            .getFirst())),
                            readers)
                    : CompletableFuture.completedFuture(List.of(known));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed", e));
        }
    }

    /** The entries of a range, from the state of a pinned snapshot. */
    List<KvEntry> range(Engine.Pinned pinned, byte[] prefix, RangeRead range) {
        return engine.snapshot(pinned, snapshot -> scan(snapshot, prefix, range));
    }

    /** What keys hold, from one state of the database. */
    List<Optional<KvEntry>> keys(byte[] prefix, List<KvKey> keys) {
        return ranges(prefix, keys.stream().map(RangeRead::of).toList()).stream()
                .map(found -> found.stream().findFirst())
                .toList();
    }

    private static List<KvEntry> scan(Snapshot snapshot, byte[] prefix, RangeRead range)
            throws RocksDBException {
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
        return new KvEntry(
                KvKey.decode(encodedKey),
                row.value(),
                row.versionstamp(),
                row.expiryMs() == Row.NO_EXPIRY ? null : Instant.ofEpochMilli(row.expiryMs()));
    }
}
