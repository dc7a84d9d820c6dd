package io.echelon.kvstore.rocksdb;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From where on the regions of queues have messages: a time for each, before which there is none. A
 * scan that begins there spares the rows of all messages that were delivered, which RocksDB keeps
 * as tombstones until it compacts. Only a matter of speed: what is unknown is scanned from the
 * beginning.
 *
 * <p>The thread that writes notes what it wrote when that can be read. A reader may note what it
 * found only if nothing was noted since before it looked: else it may have looked too early to see
 * the message that was noted.
 */
final class QueueHeads {
    private final Map<RowKey, Head> heads = new ConcurrentHashMap<>();

    /** A time as it was noted; each note is another object. */
    static final class Head {
        private final long timeMs;

        private Head(long timeMs) {
            this.timeMs = timeMs;
        }

        long timeMs() {
            return timeMs;
        }
    }

    Head of(byte[] prefix, QueueRow.Region region) {
        return heads.computeIfAbsent(key(prefix, region), _ -> new Head(0));
    }

    /** Notes that no message lies before a time; by the thread that writes. */
    void advance(byte[] prefix, QueueRow.Region region, long timeMs) {
        heads.put(key(prefix, region), new Head(timeMs));
    }

    /** Notes a message that can be read from now on; by the thread that writes. */
    void lower(byte[] prefix, QueueRow.Region region, long timeMs) {
        heads.computeIfPresent(
                key(prefix, region), (_, head) -> new Head(Math.min(head.timeMs(), timeMs)));
    }

    /** Notes where a reader, which looked after it had taken a head, found the first message. */
    void found(byte[] prefix, QueueRow.Region region, Head before, long timeMs) {
        var _ = heads.replace(key(prefix, region), before, new Head(timeMs));
    }

    void clear() {
        heads.clear();
    }

    private static RowKey key(byte[] prefix, QueueRow.Region region) {
        return new RowKey(QueueRow.from(prefix, region, 0));
    }
}
