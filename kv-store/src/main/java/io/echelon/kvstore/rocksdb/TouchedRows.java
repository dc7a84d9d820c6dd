package io.echelon.kvstore.rocksdb;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Notes which entries and messages of a database are written or removed: all those of batches that
 * are begun while it is open, and perhaps more.
 *
 * <p>Lifecycle: from {@link RocksState#touched} until it is closed, which must happen; what was
 * noted can be read afterwards.
 *
 * <p>Thread safety: any thread.
 */
public final class TouchedRows implements AutoCloseable {
    /** Most bytes of keys. */
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final Engine engine;
    private final byte[] prefix;
    private final Map<Family, NavigableSet<byte[]>> keys = new EnumMap<>(Family.class);
    private long bytes;

    TouchedRows(Engine engine, String database) {
        this.engine = engine;
        this.prefix = RowKey.prefix(database);
        for (Family family : Family.OF_DATABASES) {
            keys.put(family, new TreeSet<>(Arrays::compareUnsigned));
        }
        engine.noteIn(this);
    }

    /** Notes a key, if it is of the database. */
    synchronized void add(Family family, byte[] key) {
        NavigableSet<byte[]> noted = keys.get(family);
        if (noted == null || !areAll() || !RowKey.isBelow(prefix, key)) {
            return;
        }
        if (noted.add(key)) {
            bytes += key.length;
        }
        if (!areAll()) {
            giveUp();
        }
    }

    /** Notes that more was touched than can be noted. */
    synchronized void giveUp() {
        bytes = Long.MAX_VALUE;
        keys.values().forEach(NavigableSet::clear);
    }

    /** Whether all are noted that were touched; otherwise none is. */
    synchronized boolean areAll() {
        return bytes <= MAX_BYTES;
    }

    /** How many are noted. */
    synchronized int count() {
        return keys.values().stream().mapToInt(NavigableSet::size).sum();
    }

    /** Those of a family, in their order. */
    synchronized List<byte[]> keys(Family family) {
        NavigableSet<byte[]> noted = keys.get(family);
        return noted == null ? List.of() : List.copyOf(noted);
    }

    @Override
    public void close() {
        engine.noteInNoLonger(this);
    }
}
