package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.DatabaseSize;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * How much each database of a store holds, in memory and in the store.
 *
 * <p>Each batch writes the sizes of the databases that it changes beside its rows, and under {@link
 * #COUNTED} its own number, which is that of the store's last batch as well. Where the two numbers
 * differ, the last batches were written by a program that does not count, or what is there came
 * from a backup; everything is counted anew then, at opening, and the result becomes durable as one
 * write. A crash before it changes nothing, and after it there is nothing to be counted.
 *
 * <p>Thread safety: reads from any thread; changes by the one that writes.
 */
final class Sizes {
    private static final System.Logger LOG = System.getLogger(Sizes.class.getName());
    private static final String PREFIX = "size/";
    private static final byte[] COUNTED = "sizes-counted".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final ConcurrentNavigableMap<String, Size> sizes;
    private final ConcurrentMap<String, Long> bytesBelow = new ConcurrentHashMap<>();

    private Sizes(Map<String, Size> sizes) {
        this.sizes = new ConcurrentSkipListMap<>(sizes);
        sizes.forEach((name, size) -> add(name, size.bytes()));
    }

    static Sizes none() {
        return new Sizes(Map.of());
    }

    /** The sizes that a store has, which is counted when it has none that hold. */
    static Sizes of(Engine engine) {
        long last = engine.lastGroup();
        Long counted = counted(engine.get(Family.META, COUNTED));
        Map<String, Size> kept = engine.snapshot(Sizes::kept);
        if (counted != null && counted == last) {
            return new Sizes(kept);
        }
        long begun = System.nanoTime();
        Map<String, Size> found = engine.snapshot(Sizes::count);
        try (WriteBatch batch = new WriteBatch()) {
            for (String name : kept.keySet()) {
                engine.delete(batch, Family.META, key(name));
            }
            for (Map.Entry<String, Size> size : found.entrySet()) {
                engine.put(batch, Family.META, key(size.getKey()), size.getValue().encoded());
            }
            putCounted(engine, batch, last);
            engine.write(batch);
            if (!found.isEmpty()) {
                engine.flush();
                LOG.log(
                        System.Logger.Level.INFO,
                        "The sizes of {0} databases were counted in {1} ms",
                        found.size(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            }
        } catch (RocksDBException e) {
            throw engine.notOpened(e);
        }
        return new Sizes(found);
    }

    /** All databases that hold something, in the order of their names. */
    List<DatabaseSize> all() {
        return of(sizes);
    }

    /** Those whose names begin so. */
    List<DatabaseSize> below(String beginning) {
        return of(sizes.subMap(beginning, beginning + Character.MAX_VALUE));
    }

    /** Bytes of all databases whose names are this text and a last part without a dot. */
    long bytesBelow(String beginning) {
        return bytesBelow.getOrDefault(beginning, 0L);
    }

    private static List<DatabaseSize> of(Map<String, Size> sizes) {
        List<DatabaseSize> all = new ArrayList<>(sizes.size());
        sizes.forEach((name, size) -> all.add(size.of(name)));
        return all;
    }

    /** What the databases hold after changes. */
    Map<String, Size> after(Map<String, Size> changes) {
        Map<String, Size> after = new HashMap<>();
        changes.forEach(
                (name, change) ->
                        after.put(name, sizes.getOrDefault(name, Size.NOTHING).plus(change)));
        return after;
    }

    /**
     * Writes sizes into a batch.
     *
     * @param group the number of the batch
     */
    static void put(Engine engine, WriteBatch batch, Map<String, Size> after, long group)
            throws RocksDBException {
        for (Map.Entry<String, Size> size : after.entrySet()) {
            byte[] key = key(size.getKey());
            if (size.getValue().equals(Size.NOTHING)) {
                engine.delete(batch, Family.META, key);
            } else {
                engine.put(batch, Family.META, key, size.getValue().encoded());
            }
        }
        putCounted(engine, batch, group);
    }

    /** Takes over what was written. */
    void written(Map<String, Size> after) {
        after.forEach(
                (name, size) -> {
                    Size before =
                            size.equals(Size.NOTHING) ? sizes.remove(name) : sizes.put(name, size);
                    add(name, size.bytes() - (before == null ? 0 : before.bytes()));
                });
    }

    private void add(String name, long bytes) {
        if (bytes != 0) {
            bytesBelow.merge(
                    name.substring(0, name.lastIndexOf('.') + 1),
                    bytes,
                    (before, more) -> before + more == 0 ? null : Long.valueOf(before + more));
        }
    }

    private static void putCounted(Engine engine, WriteBatch batch, long group)
            throws RocksDBException {
        engine.put(
                batch,
                Family.META,
                COUNTED,
                ByteBuffer.allocate(Long.BYTES).putLong(group).array());
    }

    private static @Nullable Long counted(byte @Nullable [] mark) {
        return mark == null ? null : Long.valueOf(ByteBuffer.wrap(mark).getLong());
    }

    private static byte[] key(String name) {
        return (PREFIX + name).getBytes(StandardCharsets.US_ASCII);
    }

    /** The sizes that a state has in its files. */
    static NavigableMap<String, Size> kept(Snapshot state) throws RocksDBException {
        NavigableMap<String, Size> kept = new TreeMap<>();
        state.meta(PREFIX)
                .forEach(
                        (name, size) ->
                                kept.put(name.substring(PREFIX.length()), Size.decode(size)));
        return kept;
    }

    /** What a state holds, by looking at all of it. */
    static Map<String, Size> count(Snapshot state) throws RocksDBException {
        Tally tally = new Tally();
        for (Family family : Family.OF_DATABASES) {
            state.measure(
                    family,
                    NOTHING,
                    RowKey.AFTER_ALL,
                    (key, bytes) -> tally.add(family, key, bytes));
        }
        return tally.sizes();
    }
}
