package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Reads a family of a state that is kept from its beginning to its end, part by part, so that the
 * store may be closed, or take over a snapshot, meanwhile.
 */
final class PinnedRows {
    private static final int PART_BYTES = 256 * 1024;
    private static final byte[] FIRST = {};

    /** Stands for the length of a value where there is none. */
    static final int NO_VALUE = -1;

    private final Engine engine;
    private final Engine.Pinned pinned;

    PinnedRows(Engine engine, Engine.Pinned pinned) {
        this.engine = engine;
        this.pinned = pinned;
    }

    /** Who sees each row, and says whether it is wanted. */
    interface Visitor {
        boolean wants(byte[] key, byte[] value);
    }

    /** Who takes rows, each key and value behind its length (4 bytes). */
    interface Parts {
        void take(byte[] rows) throws IOException;
    }

    /** Reads all rows of a family. */
    void read(Family family, Visitor visitor, Parts parts) throws IOException {
        byte[] end =
                switch (family) {
                    case EXPIRY, META -> new byte[] {(byte) 0xff};
                    case ROWS, QUEUE -> RowKey.AFTER_ALL;
                };
        read(family, FIRST, end, visitor, parts);
    }

    /** Reads the rows, or the messages, of a database. */
    void read(Family family, String database, Parts parts) throws IOException {
        byte[] prefix = RowKey.prefix(database);
        read(family, prefix, RowKey.behindAll(prefix), (_, _) -> true, parts);
    }

    /**
     * Reads what lies under keys, in their order; {@link #NO_VALUE} stands for the value's length
     * where nothing does.
     */
    void read(Family family, List<byte[]> keys, Parts parts) throws IOException {
        for (int from = 0; from < keys.size(); ) {
            int first = from;
            Part part =
                    engine.snapshot(
                            pinned,
                            snapshot -> {
                                Part read = new Part();
                                for (int i = first; i < keys.size(); i++) {
                                    if (!read.add(keys.get(i), snapshot.get(family, keys.get(i)))) {
                                        break;
                                    }
                                }
                                return read;
                            });
            parts.take(part.rows.toByteArray());
            from += part.number;
        }
    }

    private void read(Family family, byte[] first, byte[] end, Visitor visitor, Parts parts)
            throws IOException {
        byte[] from = first;
        while (true) {
            Part part = part(family, from, end, visitor);
            if (part.last.length == 0) {
                return;
            }
            if (part.rows.size() > 0) {
                parts.take(part.rows.toByteArray());
            }
            from = behind(part.last);
        }
    }

    private Part part(Family family, byte[] from, byte[] end, Visitor visitor) {
        return engine.snapshot(
                pinned,
                snapshot -> {
                    Part part = new Part();
                    snapshot.scan(
                            family,
                            from,
                            end,
                            Order.FORWARD,
                            (key, value) -> {
                                return visitor.wants(key, value)
                                        ? part.add(key, value)
                                        : part.passOver(key);
                            });
                    return part;
                });
    }

    /** Writes what was read into another state, and its place in the index of expiry times. */
    static void put(Engine engine, WriteBatch batch, Family family, byte[] key, byte[] value)
            throws RocksDBException {
        engine.put(batch, family, key, value);
        if (family == Family.ROWS) {
            long expiryMs = Row.decode(value).expiryMs();
            if (expiryMs != Row.NO_EXPIRY) {
                engine.put(batch, Family.EXPIRY, Row.expiryKey(expiryMs, new RowKey(key)), FIRST);
            }
        }
    }

    /** The first key behind another. */
    static byte[] behind(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static final class Part {
        private static final int PASSED_OVER_MAX = 10_000;

        private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        private byte[] last = FIRST;
        private int number;
        private int passedOver;

        boolean add(byte[] key, byte @Nullable [] value) {
            add(key.length, key);
            if (value == null) {
                add(NO_VALUE, FIRST);
            } else {
                add(value.length, value);
            }
            last = key;
            number++;
            return rows.size() < PART_BYTES;
        }

        private void add(int length, byte[] bytes) {
            rows.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            rows.writeBytes(bytes);
        }

        boolean passOver(byte[] key) {
            last = key;
            passedOver++;
            return passedOver < PASSED_OVER_MAX;
        }
    }
}
