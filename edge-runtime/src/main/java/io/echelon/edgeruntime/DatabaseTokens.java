package io.echelon.edgeruntime;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.connect.KvAccess;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.DatabaseTokenRecord;
import io.echelon.tenants.SystemRows;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * What tokens open, by their rows in the system database. A row is read anew when the last reading
 * began more than {@link #FRESH} ago, so a token that is revoked opens nothing from then on; a
 * store that does not answer opens nothing either.
 */
final class DatabaseTokens implements KvAccess {
    static final Duration FRESH = Duration.ofSeconds(1);

    /** Rows remembered at once; beyond them each call reads. */
    private static final int REMEMBERED_MAX = 10_000;

    private static final String NOBODY = "0".repeat(64);

    private record Key(DatabaseRef database, String id) {}

    /** Something that is known by a reading, and when that began. */
    private interface Known {
        long beganNanos();

        default boolean isFresh(long now) {
            return now - beganNanos() < FRESH.toNanos();
        }
    }

    private record Reading(long beganNanos, CompletableFuture<Optional<DatabaseTokenRecord>> record)
            implements Known {}

    /** A token as its bearer shows it; who does not have it cannot look for it here. */
    private record Shown(String token, String database) {
        @Override
        public String toString() {
            return "Shown[" + database + "]";
        }
    }

    /** What a token opened, by a reading that began then. */
    private record Opened(long beganNanos, CompletableFuture<Grant> grant) implements Known {}

    private final KvDatabase system;
    private final LongSupplier nanos;
    private final ConcurrentMap<Key, Reading> readings = new ConcurrentHashMap<>();
    private final ConcurrentMap<Shown, Opened> opened = new ConcurrentHashMap<>();

    /**
     * @param system the platform's own database
     * @param nanos {@link System#nanoTime}
     */
    DatabaseTokens(KvDatabase system, LongSupplier nanos) {
        this.system = system;
        this.nanos = nanos;
    }

    @Override
    public CompletableFuture<Grant> grant(String token, String database) {
        Shown shown = new Shown(token, database);
        Opened before = opened.get(shown);
        if (before != null && before.isFresh(nanos.getAsLong())) {
            return before.grant();
        }
        return look(shown);
    }

    private CompletableFuture<Grant> look(Shown shown) {
        Optional<DatabaseRef> named = DatabaseRef.ofStoreName(shown.database());
        Optional<BearerToken> token = BearerToken.parse(BearerToken.Kind.DATABASE, shown.token());
        if (named.isEmpty() || token.isEmpty()) {
            return CompletableFuture.completedFuture(Grant.NONE);
        }
        Reading reading = reading(new Key(named.get(), token.get().id()));
        return reading.record()
                .thenApply(
                        record -> {
                            Grant grant = grant(token.get(), record);
                            if (grant == Grant.NONE) {
                                opened.remove(shown);
                            } else {
                                remember(
                                        opened,
                                        shown,
                                        new Opened(
                                                reading.beganNanos(),
                                                CompletableFuture.completedFuture(grant)));
                            }
                            return grant;
                        });
    }

    /** Puts something in the place of what was known before, or beside the rest if it fits. */
    private <K, V extends Known> void remember(ConcurrentMap<K, V> all, K key, V known) {
        if (all.replace(key, known) != null) {
            return;
        }
        if (all.size() >= REMEMBERED_MAX) {
            long now = nanos.getAsLong();
            all.values().removeIf(old -> !old.isFresh(now));
        }
        if (all.size() < REMEMBERED_MAX) {
            all.put(key, known);
        }
    }

    private static Grant grant(BearerToken shown, Optional<DatabaseTokenRecord> record) {
        // Compared also when there is nothing to compare with, so that time tells nothing.
        boolean isThat = shown.isOfDigest(record.map(DatabaseTokenRecord::sha256).orElse(NOBODY));
        if (!isThat || record.isEmpty()) {
            return Grant.NONE;
        }
        return switch (record.get().access()) {
            case READ -> Grant.READ;
            case READ_WRITE -> Grant.READ_WRITE;
        };
    }

    private Reading reading(Key key) {
        long now = nanos.getAsLong();
        Reading last = readings.get(key);
        if (last != null && last.isFresh(now) && !last.record().isCompletedExceptionally()) {
            return last;
        }
        Reading reading = new Reading(now, read(key));
        remember(readings, key, reading);
        return reading;
    }

    private CompletableFuture<Optional<DatabaseTokenRecord>> read(Key key) {
        return SystemReader.find(
                system,
                SystemRows.databaseToken(key.database(), key.id()),
                DatabaseTokenRecord.class);
    }
}
