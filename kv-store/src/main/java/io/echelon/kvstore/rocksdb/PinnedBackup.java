package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.StoreBackup;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupFrame;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A backup of a state that is kept. It is read part by part, so that the store may be closed, or
 * take over a snapshot, while a slow reader takes it; the backup fails then.
 */
public final class PinnedBackup implements StoreBackup {
    private final Engine engine;
    private final Engine.Pinned pinned;
    private final Instant takenAt;
    private final Reads reads;
    private final Standings standings;

    PinnedBackup(Engine engine, Instant takenAt) {
        this.engine = engine;
        this.pinned = engine.pin();
        this.takenAt = takenAt;
        this.reads = new Reads(engine);
        this.standings = engine.standings(pinned);
    }

    @Override
    public BackupHead head(String version) {
        return new BackupHead(
                Engine.FORMAT, engine.identity(pinned), engine.lastStamp(pinned), takenAt, version);
    }

    /** Databases that were moved here, or from here. */
    public Set<String> moved() {
        return standings.listed();
    }

    /** Whether a database lay here. */
    public boolean has(String database) {
        return standings.of(database).standing().isReadable();
    }

    @Override
    public List<BackupContents.Database> write(BackupWriter out) throws IOException {
        Map<String, Count> counts = new TreeMap<>();
        copy(Family.ROWS, BackupFrame.Kind.ROWS, counts, out);
        copy(Family.QUEUE, BackupFrame.Kind.MESSAGES, counts, out);
        List<BackupContents.Database> databases = new ArrayList<>();
        counts.forEach((name, count) -> databases.add(count.of(name)));
        return databases;
    }

    @Override
    public List<KvEntry> below(String database, KvKey prefix) {
        byte[] rows = RowKey.prefix(database);
        KvSelector selector = KvSelector.prefix(prefix);
        byte[] from = selector.first();
        List<KvEntry> found = new ArrayList<>();
        while (true) {
            List<KvEntry> part =
                    reads.range(
                            pinned,
                            rows,
                            new RangeRead(
                                    from,
                                    selector.afterLast(),
                                    KvLimits.READ_ENTRIES_MAX,
                                    Order.FORWARD));
            found.addAll(part);
            if (part.size() < KvLimits.READ_ENTRIES_MAX) {
                return found;
            }
            from = PinnedRows.behind(part.getLast().key().encoded());
        }
    }

    @Override
    public void close() {
        engine.unpin(pinned);
    }

    private void copy(
            Family family, BackupFrame.Kind kind, Map<String, Count> counts, BackupWriter out)
            throws IOException {
        new PinnedRows(engine, pinned)
                .read(
                        family,
                        (key, value) -> {
                            String database = RowKey.database(key);
                            boolean isWanted =
                                    has(database) && !OwnDatabases.ALL.contains(database);
                            if (isWanted) {
                                counts.computeIfAbsent(database, _ -> new Count())
                                        .add(family, key.length + value.length);
                            }
                            return isWanted;
                        },
                        rows -> out.write(new BackupFrame(kind, rows)));
    }

    /** What a database has. */
    private static final class Count {
        private long entries;
        private long bytes;
        private long messages;

        void add(Family family, long more) {
            bytes += more;
            if (family == Family.QUEUE) {
                messages++;
            } else {
                entries++;
            }
        }

        BackupContents.Database of(String name) {
            return new BackupContents.Database(name, entries, bytes, messages);
        }
    }
}
