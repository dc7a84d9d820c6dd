package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Order;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** One state of the database, to read several things from; for one thread at a time. */
final class Snapshot implements AutoCloseable {
    private static final long READ_AHEAD_BYTES = 2L * 1024 * 1024;

    private final RocksDB database;
    private final Function<Family, ColumnFamilyHandle> handles;
    private final org.rocksdb.Snapshot state;

    Snapshot(RocksDB database, Function<Family, ColumnFamilyHandle> handles) {
        this.database = database;
        this.handles = handles;
        this.state = database.getSnapshot();
    }

    /** What a key holds; null when it holds nothing. */
    byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
        try (ReadOptions options = new ReadOptions().setSnapshot(state)) {
            return database.get(handles.apply(family), options, key);
        }
    }

    /** Who is given rows; it answers whether it wants more. */
    interface Visitor {
        boolean wantsMoreAfter(byte[] key, byte[] value);
    }

    /** Visits the rows of a family from start, inclusive, to end, exclusive, in an order. */
    void scan(Family family, byte[] start, byte[] end, Order order, Visitor visitor)
            throws RocksDBException {
        if (Arrays.compareUnsigned(start, end) >= 0) {
            return;
        }
        try (Slice lower = new Slice(start);
                Slice upper = new Slice(end);
                ReadOptions options =
                        new ReadOptions()
                                .setSnapshot(state)
                                .setIterateLowerBound(lower)
                                .setIterateUpperBound(upper);
                RocksIterator rows = database.newIterator(handles.apply(family), options)) {
            switch (order) {
                case FORWARD -> rows.seekToFirst();
                case REVERSE -> rows.seekToLast();
            }
            while (rows.isValid() && visitor.wantsMoreAfter(rows.key(), rows.value())) {
                switch (order) {
                    case FORWARD -> rows.next();
                    case REVERSE -> rows.prev();
                }
            }
            rows.status();
        }
    }

    /** What {@link Family#META} has under names that begin so, by their names. */
    NavigableMap<String, byte[]> meta(String prefix) throws RocksDBException {
        byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
        NavigableMap<String, byte[]> found = new TreeMap<>();
        scan(
                Family.META,
                start,
                RowKey.behindAll(start),
                Order.FORWARD,
                (key, value) -> {
                    found.put(new String(key, StandardCharsets.US_ASCII), value);
                    return true;
                });
        return found;
    }

    /** Who is told of rows, and how large their values are. */
    interface Measurer {
        void row(byte[] key, int valueBytes);
    }

    /**
     * Visits all rows of a family from start, inclusive, to end, exclusive, without copying their
     * values and without keeping what is read in memory.
     */
    void measure(Family family, byte[] start, byte[] end, Measurer measurer)
            throws RocksDBException {
        ByteBuffer none = ByteBuffer.allocateDirect(0);
        try (Slice lower = new Slice(start);
                Slice upper = new Slice(end);
                ReadOptions options =
                        new ReadOptions()
                                .setSnapshot(state)
                                .setFillCache(false)
                                .setReadaheadSize(READ_AHEAD_BYTES)
                                .setIterateLowerBound(lower)
                                .setIterateUpperBound(upper);
                RocksIterator rows = database.newIterator(handles.apply(family), options)) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                measurer.row(rows.key(), rows.value(none));
            }
            rows.status();
        }
    }

    @Override
    public void close() {
        database.releaseSnapshot(state);
    }
}
