package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks at the messages below the prefix of a database; from any thread. */
final class QueueReads {
    private final Engine engine;
    private final byte[] prefix;

    QueueReads(Engine engine, String database) {
        this.engine = engine;
        this.prefix = RowKey.prefix(database);
    }

    Optional<Instant> nextDue() {
        long head = engine.queueHeads().of(prefix);
        return rows(head, QueueRow.DEAD, 1).stream()
                .findFirst()
                .map(row -> Instant.ofEpochMilli(row.atMs()));
    }

    List<QueueEntry> peek(KvQueue.Part part, int limit) {
        List<QueueRow> rows =
                switch (part) {
                    case LIVE -> rows(0, QueueRow.DEAD, limit);
                    case DEAD -> rows(QueueRow.DEAD, Long.MAX_VALUE, limit);
                };
        return rows.stream().map(QueueRow::entry).toList();
    }

    QueueCounts counts() {
        Counter counter = new Counter();
        visit(0, Long.MAX_VALUE, counter::count);
        return new QueueCounts(counter.waiting, counter.claimed, counter.dead, counter.oldest);
    }

    private static final class Counter {
        private int waiting;
        private int claimed;
        private int dead;
        private @Nullable Instant oldest;

        boolean count(QueueRow row) {
            if (row.isDead()) {
                dead++;
            } else if (row.isClaimed()) {
                claimed++;
            } else {
                waiting++;
                oldest = oldest == null ? Instant.ofEpochMilli(row.atMs()) : oldest;
            }
            return waiting + claimed + dead < KvQueue.COUNT_MAX;
        }
    }

    private List<QueueRow> rows(long fromMs, long toMs, int limit) {
        List<QueueRow> rows = new ArrayList<>();
        visit(
                fromMs,
                toMs,
                row -> {
                    rows.add(row);
                    return rows.size() < limit;
                });
        return rows;
    }

    /** Shows rows to a visitor for as long as it wants more. */
    private void visit(long fromMs, long toMs, Predicate<QueueRow> visitor) {
        var _ =
                engine.snapshot(
                        snapshot -> {
                            snapshot.scan(
                                    Family.QUEUE,
                                    QueueRow.from(prefix, fromMs),
                                    QueueRow.from(prefix, toMs),
                                    Order.FORWARD,
                                    (key, value) ->
                                            visitor.test(QueueRow.decode(prefix, key, value)));
                            return fromMs;
                        });
    }
}
