package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What a batch does to messages. Like all of a batch it depends on nothing but the state before it
 * and the batch's own time. A message that the batch brings can be claimed by the batches after it.
 * For one thread.
 */
final class QueueChanges {
    /** Messages that one command moves or removes, at most; more are done by further commands. */
    static final int MOVE_MAX = 1_000;

    private final Engine engine;
    private final long timeMs;

    /** Rows that are written, or removed where there is none; by their keys. */
    private final Map<RowKey, Optional<QueueRow>> changed = new HashMap<>();

    private final List<Written> written = new ArrayList<>();
    private final Map<RowKey, Long> heads = new HashMap<>();

    private record Written(RowKey prefix, long atMs) {}

    /** Who writes the payload of a message that is given up under its keys. */
    interface Undelivered {
        void write(byte[] prefix, QueueRow message);
    }

    QueueChanges(Engine engine, long timeMs) {
        this.engine = engine;
        this.timeMs = timeMs;
    }

    void enqueue(byte[] prefix, Versionstamp versionstamp, int position, Enqueue message) {
        put(prefix, QueueRow.of(versionstamp, position, timeMs, message));
    }

    List<QueueMessage> claim(byte[] prefix, int limit, long leaseMs, Undelivered undelivered) {
        List<QueueMessage> claimed = new ArrayList<>();
        int bytes = 0;
        List<QueueRow> due = new ArrayList<>();
        long head = engine.queueHeads().of(prefix);
        long seen = scan(prefix, head, timeMs + 1, limit, due);
        for (QueueRow row : due) {
            bytes += row.payload().length;
            if (!claimed.isEmpty() && bytes > KvQueue.CLAIM_MAX_BYTES) {
                seen = row.atMs();
                break;
            }
            remove(prefix, row);
            QueueRow mine = row.claimed(timeMs + leaseMs);
            if (mine.lapses() > KvQueue.LAPSES_MAX) {
                giveUp(prefix, row, undelivered);
            } else {
                put(prefix, mine);
                claimed.add(mine.message());
            }
        }
        heads.put(new RowKey(prefix), seen);
        return claimed;
    }

    List<Optional<QueueReceipt>> settle(
            byte[] prefix, List<QueueSettlement> settlements, Undelivered undelivered) {
        List<Optional<QueueReceipt>> settled = new ArrayList<>(settlements.size());
        for (QueueSettlement settlement : settlements) {
            QueueReceipt receipt = settlement.receipt();
            QueueRow row = held(prefix, receipt);
            if (row == null) {
                settled.add(Optional.empty());
                continue;
            }
            remove(prefix, row);
            QueueRow next =
                    switch (settlement) {
                        case QueueSettlement.Ack _ -> null;
                        case QueueSettlement.Extend extend ->
                                row.extended(timeMs + extend.lease().toMillis());
                        case QueueSettlement.Release release ->
                                row.released(timeMs + release.delay().toMillis());
                        case QueueSettlement.Retry retry -> retried(row, retry);
                    };
            if (next != null) {
                put(prefix, next);
            } else if (settlement instanceof QueueSettlement.Retry) {
                giveUp(prefix, row, undelivered);
            }
            settled.add(Optional.of(next == null ? receipt : next.receipt()));
        }
        return settled;
    }

    /** The message after a failed delivery; null when it was the last. */
    private @Nullable QueueRow retried(QueueRow row, QueueSettlement.Retry retry) {
        if (row.failures() >= row.backoffMs().length) {
            return null;
        }
        long delayMs =
                retry.delay() == null ? row.backoffMs()[row.failures()] : retry.delay().toMillis();
        return row.failed(timeMs + delayMs);
    }

    private void giveUp(byte[] prefix, QueueRow row, Undelivered undelivered) {
        if (row.undelivered().isEmpty()) {
            put(prefix, row.dead(timeMs));
        } else {
            undelivered.write(prefix, row);
        }
    }

    int redrive(byte[] prefix) {
        List<QueueRow> dead = new ArrayList<>();
        scan(prefix, QueueRow.DEAD, Long.MAX_VALUE, MOVE_MAX, dead);
        for (QueueRow row : dead) {
            remove(prefix, row);
            put(prefix, row.revived(timeMs));
        }
        return dead.size();
    }

    int purge(byte[] prefix, KvQueue.Part part) {
        List<QueueRow> found = new ArrayList<>();
        switch (part) {
            case LIVE -> scan(prefix, 0, QueueRow.DEAD, MOVE_MAX, found);
            case DEAD -> scan(prefix, QueueRow.DEAD, Long.MAX_VALUE, MOVE_MAX, found);
        }
        found.forEach(row -> remove(prefix, row));
        return found.size();
    }

    private @Nullable QueueRow held(byte[] prefix, QueueReceipt receipt) {
        byte[] key =
                QueueRow.key(
                        prefix,
                        receipt.leaseEnd().toEpochMilli(),
                        receipt.versionstamp(),
                        receipt.position());
        Optional<QueueRow> here = changed.get(new RowKey(key));
        QueueRow row;
        if (here != null) {
            row = here.orElse(null);
        } else {
            byte[] stored = engine.get(Family.QUEUE, key);
            row = stored == null ? null : QueueRow.decode(prefix, key, stored);
        }
        Predicate<QueueRow> isHeld =
                found -> found.isClaimed() && found.claims() == receipt.claim();
        return row != null && isHeld.test(row) ? row : null;
    }

    /**
     * Finds messages of a range of times that this batch has not changed.
     *
     * @return a time before which all that there were are found
     */
    private long scan(byte[] prefix, long fromMs, long toMs, int limit, List<QueueRow> found) {
        return engine.snapshot(
                snapshot -> {
                    long[] seen = {toMs};
                    snapshot.scan(
                            Family.QUEUE,
                            QueueRow.from(prefix, fromMs),
                            QueueRow.from(prefix, toMs),
                            Order.FORWARD,
                            (key, value) -> {
                                if (!changed.containsKey(new RowKey(key))) {
                                    found.add(QueueRow.decode(prefix, key, value));
                                }
                                if (found.size() < limit) {
                                    return true;
                                }
                                seen[0] = found.getLast().atMs();
                                return false;
                            });
                    return seen[0];
                });
    }

    private void put(byte[] prefix, QueueRow row) {
        changed.put(new RowKey(row.key(prefix)), Optional.of(row));
        written.add(new Written(new RowKey(prefix), row.atMs()));
    }

    private void remove(byte[] prefix, QueueRow row) {
        changed.put(new RowKey(row.key(prefix)), Optional.empty());
    }

    /** Prefixes of the databases whose messages changed. */
    Set<RowKey> databases() {
        Set<RowKey> databases = new HashSet<>();
        written.forEach(row -> databases.add(row.prefix()));
        return databases;
    }

    void fill(WriteBatch batch) throws RocksDBException {
        QueueHeads known = engine.queueHeads();
        heads.forEach(known::advance);
        written.forEach(row -> known.lower(row.prefix(), row.atMs()));
        for (Map.Entry<RowKey, Optional<QueueRow>> change : changed.entrySet()) {
            byte[] key = change.getKey().bytes();
            if (change.getValue().isPresent()) {
                engine.put(batch, Family.QUEUE, key, change.getValue().get().value());
            } else {
                engine.delete(batch, Family.QUEUE, key);
            }
        }
    }
}
