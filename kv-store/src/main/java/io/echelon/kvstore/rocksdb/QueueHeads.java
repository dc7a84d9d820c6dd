package io.echelon.kvstore.rocksdb;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From where on queues have messages: a time for each, before which there is none. A scan that
 * begins there spares the rows of all messages that were delivered, which RocksDB keeps as
 * tombstones until it compacts. Only a matter of speed: what is unknown is scanned from the
 * beginning.
 */
final class QueueHeads {
    private final Map<RowKey, Long> heads = new ConcurrentHashMap<>();

    long of(byte[] prefix) {
        return heads.getOrDefault(new RowKey(prefix), 0L);
    }

    /** Notes that no message is due before a time; by the thread that writes. */
    void advance(RowKey prefix, long atMs) {
        heads.put(prefix, atMs);
    }

    /** Notes a message; before it can be read. */
    void lower(RowKey prefix, long atMs) {
        heads.computeIfPresent(prefix, (_, head) -> Math.min(head, atMs));
    }

    void clear() {
        heads.clear();
    }
}
