package io.echelon.kvstore;

import java.util.List;

/** Checks of calls that every implementation of {@link KvDatabase} makes before it begins. */
public final class KvChecks {
    private KvChecks() {}

    /** The ranges of one read, when their number and their entries are within the limits. */
    public static List<RangeRead> ranges(List<RangeRead> ranges) {
        Refusals.atMost(
                "The number of ranges or keys of a read", ranges.size(), KvLimits.READ_RANGES_MAX);
        Refusals.atMost(
                "The number of entries of a read",
                ranges.stream().mapToLong(RangeRead::limit).sum(),
                KvLimits.READ_ENTRIES_MAX);
        return List.copyOf(ranges);
    }

    /** The keys of one watch, when their number and sizes are within the limits. */
    public static List<KvKey> watched(List<KvKey> keys) {
        if (keys.isEmpty()) {
            throw Refusals.invalid("A watch has no keys; it needs at least one");
        }
        Refusals.atMost("The number of watched keys", keys.size(), KvLimits.WATCHED_KEYS_MAX);
        for (KvKey key : keys) {
            Refusals.size("A watched key", key.sizeBytes(), KvLimits.KEY_MAX_BYTES);
        }
        return List.copyOf(keys);
    }

    /** The name of a database, when it is one. */
    public static String databaseName(String name) {
        return DatabaseName.checked(name);
    }
}
