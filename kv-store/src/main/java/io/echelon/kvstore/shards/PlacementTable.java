package io.echelon.kvstore.shards;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KeyPart;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.rocksdb.OwnDatabases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The table of placements, rows of a database of its own in the first shard: where each database
 * lies, unless it lies in the first shard and always has. What is wanted is written here first;
 * {@link Moves} does it, and how a database stands in its shards decides what callers see.
 */
final class PlacementTable {
    private static final String DATABASES = "database";

    /** Written with every change. */
    private static final KvKey CHANGED = KvKey.of("changed");

    /** Written with every attempt to bring a row about. */
    private static final KvKey ATTEMPT = KvKey.of("attempt");

    private final KvDatabase rows;

    /**
     * A row.
     *
     * @param versionstamp null for one that is not there
     */
    record Entry(String database, Placement placement, @Nullable Versionstamp versionstamp) {}

    PlacementTable(KvStore first) {
        this.rows = first.database(OwnDatabases.PLACEMENTS);
    }

    CompletableFuture<Entry> of(String database) {
        return rows.get(key(database))
                .thenApply(
                        found ->
                                found.map(PlacementTable::entry)
                                        .orElse(new Entry(database, Placement.in(0), null)));
    }

    /** All rows, by database, as they may have been a moment ago. */
    CompletableFuture<Map<String, Entry>> all() {
        return rows.listAll(KvSelector.prefix(KvKey.of(DATABASES)), Consistency.EVENTUAL)
                .thenApply(
                        found -> {
                            Map<String, Entry> all = new TreeMap<>();
                            found.stream()
                                    .map(PlacementTable::entry)
                                    .forEach(entry -> all.put(entry.database(), entry));
                            return all;
                        });
    }

    private static KvKey key(String database) {
        return KvKey.of(DATABASES, database);
    }

    private static Entry entry(KvEntry row) {
        if (row.key().parts().getLast() instanceof KeyPart.Text(String database)) {
            return new Entry(database, Placement.decode(row.value()), row.versionstamp());
        }
        throw new IllegalStateException("No placement is at " + row.key());
    }

    /** Calls a listener at once, and after changes; it must not block. */
    KvSubscription onChange(Runnable listener) {
        return rows.watch(List.of(CHANGED), _ -> listener.run());
    }

    /**
     * Begins an attempt to bring a row about.
     *
     * @return its number, greater than those of all that began before; empty when the row was
     *     changed by somebody else before
     */
    CompletableFuture<Optional<Versionstamp>> attempt(Entry row) {
        return rows.commit(checked(row).set(ATTEMPT, KvValue.u64(0)).build())
                .thenApply(
                        result ->
                                result instanceof CommitResult.Committed(Versionstamp number)
                                        ? Optional.of(number)
                                        : Optional.empty());
    }

    private static AtomicWrite.Builder checked(Entry row) {
        KvKey key = key(row.database());
        return row.versionstamp() == null
                ? AtomicWrite.builder().checkAbsent(key)
                : AtomicWrite.builder().check(key, row.versionstamp());
    }

    /** Changes a row; false when it was changed by somebody else before. */
    CompletableFuture<Boolean> change(Entry before, Placement after) {
        return rows.commit(
                        checked(before)
                                .set(key(before.database()), after.encoded())
                                .set(CHANGED, KvValue.u64(System.nanoTime()))
                                .build())
                .thenApply(CommitResult.Committed.class::isInstance);
    }
}
