package io.echelon.kvstore.rocksdb;

import java.util.Map;
import java.util.TreeMap;

/** Adds up sizes by database; for one thread. */
final class Tally {
    private final Map<String, Sum> sums = new TreeMap<>();
    private String lastName = "";
    private byte[] lastPrefix = {0};
    private Sum last = new Sum();

    private static final class Sum {
        private long bytes;
        private long entries;
        private long messages;

        Size size() {
            return new Size(bytes, entries, messages);
        }
    }

    /** Adds a row, or a message, that is there. */
    void add(Family family, byte[] key, long valueBytes) {
        add(family, of(key), key.length + valueBytes, 1);
    }

    /** Takes a row, or a message, out again. */
    void remove(Family family, byte[] key, long valueBytes) {
        add(family, of(key), -key.length - valueBytes, -1);
    }

    private static void add(Family family, Sum sum, long bytes, long count) {
        sum.bytes += bytes;
        switch (family) {
            case ROWS -> sum.entries += count;
            case QUEUE -> sum.messages += count;
            case META, EXPIRY ->
                    throw new IllegalArgumentException(family + " has nothing of a database's");
        }
    }

    /** Sums by database, in the order of their names. */
    Map<String, Size> sizes() {
        Map<String, Size> sizes = new TreeMap<>();
        sums.forEach((name, sum) -> sizes.put(name, sum.size()));
        return sizes;
    }

    /** The sum of a key's database, which is mostly that of the key before. */
    private Sum of(byte[] key) {
        if (!RowKey.isBelow(lastPrefix, key)) {
            lastName = RowKey.database(key);
            lastPrefix = RowKey.prefix(lastName);
            last = sums.computeIfAbsent(lastName, _ -> new Sum());
        }
        return last;
    }
}
