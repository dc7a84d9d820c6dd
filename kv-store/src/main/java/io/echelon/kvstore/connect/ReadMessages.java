package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and watches on the wire.
 *
 * <p>SnapshotRead: ranges 1, each with start 1, end 2, limit 3, reverse 4. SnapshotReadOutput:
 * ranges 1 (each with entries 1), read disabled 2, strongly consistent 4, status 8. Watch: keys 1,
 * each with key 1. WatchOutput: status 1, keys 2, each with changed 1 and entry 2. A status is 1
 * for success and 2 for a node that cannot read.
 */
final class ReadMessages {
    static final int SUCCESS = 1;
    static final int READ_DISABLED = 2;

    private ReadMessages() {}

    /**
     * An answer to a read.
     *
     * @param status {@link #SUCCESS}, or why there is none
     */
    record ReadOutput(int status, boolean isStrong, List<List<KvEntry>> ranges) {}

    /** An element of a watch's frame: a key that did not change, or what it holds now. */
    sealed interface WatchedKey {
        record Unchanged() implements WatchedKey {}

        record Changed(Optional<KvEntry> entry) implements WatchedKey {}
    }

    /** A watch's frame. */
    record WatchOutput(int status, List<WatchedKey> keys) {}

    static byte[] write(List<RangeRead> ranges) {
        ProtoWriter out = new ProtoWriter();
        for (RangeRead range : ranges) {
            out.message(
                    1,
                    new ProtoWriter()
                            .bytes(1, range.start())
                            .bytes(2, range.end())
                            .int64(3, range.limit())
                            .bool(4, range.order() == Order.REVERSE)
                            .toBytes());
        }
        return out.toBytes();
    }

    static List<RangeRead> readRanges(byte[] message) {
        List<RangeRead> ranges = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            if (in.field() == 1) {
                ranges.add(readRange(in.bytes()));
                atMost("ranges of a read", ranges.size(), KvLimits.READ_RANGES_MAX);
            } else {
                in.skip();
            }
        }
        return ranges;
    }

    private static RangeRead readRange(byte[] message) {
        byte[] start = {};
        byte[] end = {};
        int limit = 0;
        Order order = Order.FORWARD;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> start = in.bytes();
                case 2 -> end = in.bytes();
                case 3 -> limit = in.int32();
                case 4 -> order = in.bool() ? Order.REVERSE : Order.FORWARD;
                default -> in.skip();
            }
        }
        return new RangeRead(start, end, limit, order);
    }

    static byte[] writeOutput(List<List<KvEntry>> ranges) {
        return writeOutput(ranges, true);
    }

    /** A part of a snapshot: it is strongly consistent when all parts are of one state. */
    static byte[] writePart(List<KvEntry> entries, KvSnapshot.Unity unity) {
        return writeOutput(List.of(entries), unity == KvSnapshot.Unity.ONE_STATE);
    }

    private static byte[] writeOutput(List<List<KvEntry>> ranges, boolean isStrong) {
        ProtoWriter out = new ProtoWriter();
        for (List<KvEntry> entries : ranges) {
            ProtoWriter range = new ProtoWriter();
            entries.forEach(entry -> range.message(1, Entries.write(entry)));
            out.message(1, range.toBytes());
        }
        return out.bool(4, isStrong).int64(8, SUCCESS).toBytes();
    }

    static ReadOutput readOutput(byte[] message) {
        List<List<KvEntry>> ranges = new ArrayList<>();
        boolean isDisabled = false;
        boolean isStrong = false;
        int status = SUCCESS;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> ranges.add(readEntries(in.bytes()));
                case 2 -> isDisabled = in.bool();
                case 4 -> isStrong = in.bool();
                case 8 -> status = in.int32();
                default -> in.skip();
            }
        }
        return new ReadOutput(isDisabled ? READ_DISABLED : status, isStrong, ranges);
    }

    private static List<KvEntry> readEntries(byte[] message) {
        List<KvEntry> entries = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            if (in.field() == 1) {
                entries.add(Entries.readEntry(in.bytes()));
            } else {
                in.skip();
            }
        }
        return entries;
    }

    static byte[] writeWatch(List<KvKey> keys) {
        ProtoWriter out = new ProtoWriter();
        keys.forEach(key -> out.message(1, new ProtoWriter().bytes(1, key.encoded()).toBytes()));
        return out.toBytes();
    }

    static List<KvKey> readWatch(byte[] message) {
        List<KvKey> keys = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            if (in.field() == 1) {
                keys.add(readWatchKey(in.bytes()));
                atMost("watched keys", keys.size(), KvLimits.WATCHED_KEYS_MAX);
            } else {
                in.skip();
            }
        }
        return keys;
    }

    private static KvKey readWatchKey(byte[] message) {
        byte[] key = {};
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            if (in.field() == 1) {
                key = in.bytes();
            } else {
                in.skip();
            }
        }
        return KvKey.decode(key);
    }

    static byte[] writeWatchOutput(List<WatchedKey> keys) {
        ProtoWriter out = new ProtoWriter().int64(1, SUCCESS);
        for (WatchedKey key : keys) {
            ProtoWriter element = new ProtoWriter();
            if (key instanceof WatchedKey.Changed(Optional<KvEntry> entry)) {
                element.bool(1, true);
                entry.ifPresent(present -> element.message(2, Entries.write(present)));
            }
            out.message(2, element.toBytes());
        }
        return out.toBytes();
    }

    static WatchOutput readWatchOutput(byte[] message) {
        int status = 0;
        List<WatchedKey> keys = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> status = in.int32();
                case 2 -> {
                    keys.add(readWatchedKey(in.bytes()));
                    atMost("watched keys", keys.size(), KvLimits.WATCHED_KEYS_MAX);
                }
                default -> in.skip();
            }
        }
        return new WatchOutput(status, keys);
    }

    private static WatchedKey readWatchedKey(byte[] message) {
        boolean isChanged = false;
        Optional<KvEntry> entry = Optional.empty();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> isChanged = in.bool();
                case 2 -> entry = Optional.of(Entries.readEntry(in.bytes()));
                default -> in.skip();
            }
        }
        return isChanged ? new WatchedKey.Changed(entry) : new WatchedKey.Unchanged();
    }

    static void atMost(String what, int actual, int max) {
        if (actual > max) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "More than %,d %s were sent; at most %,d are allowed"
                            .formatted(max, what, max));
        }
    }
}
