package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Versionstamp;
import java.util.HashMap;
import java.util.Map;

/** By how much commits make a database larger, in bytes as {@link Size} counts them. */
final class Growth {
    /** A versionstamp in hexadecimal as the last part of a key. */
    private static final int STAMP_PART_BYTES = 2 + 2 * Versionstamp.BYTES;

    private Growth() {}

    /** At most: as if nothing that is written were there, and without what is deleted. */
    static long atMost(String database, AtomicWrite write) {
        int prefixBytes = database.length() + 1;
        long bytes = messages(prefixBytes, write);
        for (Mutation mutation : write.mutations()) {
            int valueBytes = valueBytes(mutation, Engine.ABSENT);
            if (valueBytes != Engine.ABSENT) {
                bytes += prefixBytes + keyBytes(mutation) + valueBytes;
            }
        }
        return bytes;
    }

    /**
     * Beside what is there now; negative when the database becomes smaller. What a sum of numbers
     * without bounds takes more than the greater of the two is not in it.
     */
    static long now(Engine engine, String database, AtomicWrite write) {
        byte[] prefix = RowKey.prefix(database);
        long bytes = messages(prefix.length, write);
        Map<RowKey, Integer> present = new HashMap<>();
        Map<RowKey, Integer> stamped = new HashMap<>(); // by what stands before the versionstamp
        for (Mutation mutation : write.mutations()) {
            RowKey key = RowKey.of(prefix, mutation.key());
            boolean isStamped = mutation instanceof Mutation.SetVersionstamped;
            Map<RowKey, Integer> known = isStamped ? stamped : present;
            int before =
                    known.computeIfAbsent(
                            key,
                            row ->
                                    isStamped
                                            ? Engine.ABSENT
                                            : engine.valueBytes(Family.ROWS, row.bytes()));
            int after = valueBytes(mutation, before);
            int keyBytes = prefix.length + keyBytes(mutation);
            bytes += after == Engine.ABSENT ? 0 : keyBytes + after;
            bytes -= before == Engine.ABSENT ? 0 : keyBytes + before;
            known.put(key, after);
        }
        return bytes;
    }

    private static int keyBytes(Mutation mutation) {
        int bytes = mutation.key().sizeBytes();
        return mutation instanceof Mutation.SetVersionstamped ? bytes + STAMP_PART_BYTES : bytes;
    }

    /** Size of a row's value after a mutation, where it had this one before. */
    private static int valueBytes(Mutation mutation, int before) {
        return switch (mutation) {
            case Mutation.Set set -> Row.HEADER_BYTES + set.value().sizeBytes();
            case Mutation.SetVersionstamped set -> Row.HEADER_BYTES + set.value().sizeBytes();
            case Mutation.Sum sum -> Math.max(before, Row.HEADER_BYTES + sum.operand().sizeBytes());
            case Mutation.Min _, Mutation.Max _ -> Math.max(before, Row.HEADER_BYTES + Long.BYTES);
            case Mutation.Delete _ -> Engine.ABSENT;
        };
    }

    private static long messages(int prefixBytes, AtomicWrite write) {
        long bytes = 0;
        for (Enqueue message : write.enqueues()) {
            bytes +=
                    prefixBytes
                            + QueueRow.KEY_BYTES
                            + QueueRow.valueBytes(
                                    message.backoff().size(),
                                    message.undeliveredKeys().stream().map(KvKey::encoded).toList(),
                                    message.payload().sizeBytes());
        }
        return bytes;
    }
}
