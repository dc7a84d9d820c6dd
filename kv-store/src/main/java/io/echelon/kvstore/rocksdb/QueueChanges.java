package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.rocksdb.QueueRow.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final long stamp;

    /** Rows that are written, or removed where there is none; by their keys. */
    private final Map<RowKey, Optional<QueueRow>> changed = new HashMap<>();

    private final List<Place> heads = new ArrayList<>();
    private final List<Place> written = new ArrayList<>();

    private record Place(byte[] prefix, Region region, long timeMs) {}

    /** Who writes the payload of a message that is given up under its keys. */
    interface Undelivered {
        void write(byte[] prefix, QueueRow message);
    }

    /**
     * @param timeMs when it happens
     * @param stamp the number with which versionstamps of the batch begin
     */
    QueueChanges(Engine engine, long timeMs, long stamp) {
        this.engine = engine;
        this.timeMs = timeMs;
        this.stamp = stamp;
    }

    void enqueue(byte[] prefix, Versionstamp versionstamp, int position, Enqueue message) {
        put(prefix, QueueRow.of(versionstamp, position, timeMs, message));
    }

    List<QueueMessage> claim(byte[] prefix, int limit, long leaseMs, Undelivered undelivered) {
        Map<Region, Long> seen = new EnumMap<>(Region.class);
        List<QueueRow> due = new ArrayList<>();
        for (Region region : List.of(Region.WAITING, Region.CLAIMED)) {
            List<QueueRow> found = new ArrayList<>();
            long fromMs = engine.queueHeads().of(prefix, region).timeMs();
            seen.put(region, scan(prefix, region, fromMs, timeMs + 1, limit, found));
            due.addAll(found);
        }
        due.sort(Comparator.comparingLong(QueueRow::timeMs));
        List<QueueMessage> claimed = new ArrayList<>();
        int bytes = 0;
        boolean isFull = false;
        for (QueueRow row : due) {
            bytes += row.payload().length;
            isFull |=
                    claimed.size() == limit
                            || (!claimed.isEmpty() && bytes > KvQueue.CLAIM_MAX_BYTES);
            if (isFull) {
                seen.merge(row.region(), row.timeMs(), Math::min);
                continue;
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
        seen.forEach((region, head) -> heads.add(new Place(prefix, region, head)));
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
                        case QueueSettlement.Ack _, QueueSettlement.GiveUp _ -> null;
                        case QueueSettlement.Again again ->
                                row.failed(timeMs + again.delay().toMillis());
                        case QueueSettlement.Extend extend ->
                                row.extended(timeMs + extend.lease().toMillis());
                        case QueueSettlement.Release release ->
                                row.released(timeMs + release.delay().toMillis());
                        case QueueSettlement.Retry retry -> retried(row, retry);
                    };
            if (next != null) {
                put(prefix, next);
            } else if (!(settlement instanceof QueueSettlement.Ack)) {
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
        scan(prefix, Region.DEAD, 0, QueueRow.END_MS, MOVE_MAX, dead);
        for (QueueRow row : dead) {
            remove(prefix, row);
            put(prefix, row.revived(timeMs));
        }
        return dead.size();
    }

    int purge(byte[] prefix, KvQueue.Part part) {
        List<QueueRow> found = new ArrayList<>();
        for (Region region : QueueReads.regions(part)) {
            if (found.size() < MOVE_MAX) {
                scan(prefix, region, 0, QueueRow.END_MS, MOVE_MAX, found);
            }
        }
        found.forEach(row -> remove(prefix, row));
        return found.size();
    }

    private @Nullable QueueRow held(byte[] prefix, QueueReceipt receipt) {
        byte[] key =
                QueueRow.key(
                        prefix,
                        Region.CLAIMED,
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
        return row != null && row.claims() == receipt.claim() ? row : null;
    }

    /**
     * Finds messages of a range of times that this batch has not changed, until there are as many
     * as the limit.
     *
     * @return a time before which all that there were are found
     */
    private long scan(
            byte[] prefix, Region region, long fromMs, long toMs, int limit, List<QueueRow> found) {
        return engine.snapshot(
                snapshot -> {
                    long[] seen = {toMs};
                    snapshot.scan(
                            Family.QUEUE,
                            QueueRow.from(prefix, region, fromMs),
                            QueueRow.from(prefix, region, toMs),
                            Order.FORWARD,
                            (key, value) -> {
                                if (!changed.containsKey(new RowKey(key))) {
                                    found.add(QueueRow.decode(prefix, key, value));
                                }
                                if (found.size() < limit) {
                                    return true;
                                }
                                seen[0] = found.getLast().timeMs();
                                return false;
                            });
                    return seen[0];
                });
    }

    private void put(byte[] prefix, QueueRow row) {
        changed.put(new RowKey(row.key(prefix)), Optional.of(row));
        written.add(new Place(prefix, row.region(), row.timeMs()));
    }

    private void remove(byte[] prefix, QueueRow row) {
        changed.put(new RowKey(row.key(prefix)), Optional.empty());
    }

    /** Prefixes of the databases whose messages changed. */
    Set<RowKey> databases() {
        Set<RowKey> databases = new HashSet<>();
        written.forEach(place -> databases.add(new RowKey(place.prefix())));
        return databases;
    }

    void fill(WriteBatch batch, Tally tally) throws RocksDBException {
        for (Map.Entry<RowKey, Optional<QueueRow>> change : changed.entrySet()) {
            byte[] key = change.getKey().bytes();
            QueueRow row = change.getValue().orElse(null);
            boolean isNew = row != null && row.versionstamp().group() == stamp;
            int valueBytes = isNew ? Engine.ABSENT : engine.valueBytes(Family.QUEUE, key);
            if (valueBytes != Engine.ABSENT) {
                tally.remove(Family.QUEUE, key, valueBytes);
            }
            if (row != null) {
                byte[] value = row.value();
                tally.add(Family.QUEUE, key, value.length);
                engine.put(batch, Family.QUEUE, key, value);
            } else {
                engine.delete(batch, Family.QUEUE, key);
            }
        }
    }

    /** Notes where queues begin, once all can be read. */
    void readable() {
        QueueHeads known = engine.queueHeads();
        heads.forEach(head -> known.advance(head.prefix(), head.region(), head.timeMs()));
        written.forEach(place -> known.lower(place.prefix(), place.region(), place.timeMs()));
    }
}
