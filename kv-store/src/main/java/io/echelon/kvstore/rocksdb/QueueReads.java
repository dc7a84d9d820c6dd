package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.rocksdb.QueueRow.Region;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Looks at the messages below the prefix of a database; from any thread. */
final class QueueReads {
    private final Engine engine;
    private final byte[] prefix;

    QueueReads(Engine engine, String database) {
        this.engine = engine;
        this.prefix = RowKey.prefix(database);
    }

    /** Names of all databases that have messages. */
    static List<String> databases(Engine engine) {
        return Databases.in(engine, Family.QUEUE);
    }

    Optional<Instant> nextDue() {
        OptionalLong waiting = first(Region.WAITING);
        OptionalLong claimed = first(Region.CLAIMED);
        return LongStream.concat(waiting.stream(), claimed.stream())
                .boxed()
                .min(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    private OptionalLong first(Region region) {
        QueueHeads.Head head = engine.queueHeads().of(prefix, region);
        List<QueueRow> found = rows(region, head.timeMs(), 1);
        if (found.isEmpty()) {
            return OptionalLong.empty();
        }
        long timeMs = found.getFirst().timeMs();
        engine.queueHeads().found(prefix, region, head, timeMs);
        return OptionalLong.of(timeMs);
    }

    /** A time before which a region has no message. */
    private long head(Region region) {
        return engine.queueHeads().of(prefix, region).timeMs();
    }

    List<QueueEntry> peek(KvQueue.Part part, int limit) {
        return regions(part).stream()
                .flatMap(region -> rows(region, head(region), limit).stream())
                .sorted(Comparator.comparingLong(QueueRow::timeMs))
                .limit(limit)
                .map(QueueRow::entry)
                .toList();
    }

    /** The regions of a part. */
    static List<Region> regions(KvQueue.Part part) {
        return switch (part) {
            case LIVE -> List.of(Region.WAITING, Region.CLAIMED);
            case DEAD -> List.of(Region.DEAD);
        };
    }

    QueueCounts counts() {
        Counter counter = new Counter();
        for (Region region : Region.values()) {
            visit(region, head(region), counter::count);
        }
        return new QueueCounts(counter.waiting, counter.claimed, counter.dead, counter.oldest);
    }

    private static final class Counter {
        private int waiting;
        private int claimed;
        private int dead;
        private @Nullable Instant oldest;

        boolean count(QueueRow row) {
            switch (row.region()) {
                case DEAD -> dead++;
                case CLAIMED -> claimed++;
                case WAITING -> {
                    waiting++;
                    oldest = oldest == null ? Instant.ofEpochMilli(row.timeMs()) : oldest;
                }
            }
            return waiting + claimed + dead < KvQueue.COUNT_MAX;
        }
    }

    private List<QueueRow> rows(Region region, long fromMs, int limit) {
        List<QueueRow> rows = new ArrayList<>();
        visit(
                region,
                fromMs,
                row -> {
                    rows.add(row);
                    return rows.size() < limit;
                });
        return rows;
    }

    /** Shows rows to a visitor for as long as it wants more. */
    private void visit(Region region, long fromMs, Predicate<QueueRow> visitor) {
        var _ =
                engine.snapshot(
                        snapshot -> {
                            snapshot.scan(
                                    Family.QUEUE,
                                    QueueRow.from(prefix, region, fromMs),
                                    QueueRow.from(prefix, region, QueueRow.END_MS),
                                    Order.FORWARD,
                                    (key, value) ->
                                            visitor.test(QueueRow.decode(prefix, key, value)));
                            return fromMs;
                        });
    }
}
