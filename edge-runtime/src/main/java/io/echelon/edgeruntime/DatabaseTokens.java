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

    private record Reading(
            long beganNanos, CompletableFuture<Optional<DatabaseTokenRecord>> record) {}

    private final KvDatabase system;
    private final LongSupplier nanos;
    private final ConcurrentMap<Key, Reading> readings = new ConcurrentHashMap<>();

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
        Optional<DatabaseRef> named = DatabaseRef.ofStoreName(database);
        Optional<BearerToken> shown = BearerToken.parse(BearerToken.Kind.DATABASE, token);
        if (named.isEmpty() || shown.isEmpty()) {
            return CompletableFuture.completedFuture(Grant.NONE);
        }
        return record(new Key(named.get(), shown.get().id()))
                .thenApply(record -> grant(shown.get(), record));
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

    private CompletableFuture<Optional<DatabaseTokenRecord>> record(Key key) {
        long now = nanos.getAsLong();
        Reading last = readings.get(key);
        if (last != null
                && now - last.beganNanos() < FRESH.toNanos()
                && !last.record().isCompletedExceptionally()) {
            return last.record();
        }
        if (last == null && readings.size() >= REMEMBERED_MAX) {
            readings.values().removeIf(reading -> now - reading.beganNanos() >= FRESH.toNanos());
        }
        Reading reading = new Reading(now, read(key));
        if (last != null || readings.size() < REMEMBERED_MAX) {
            readings.put(key, reading);
        }
        return reading.record();
    }

    private CompletableFuture<Optional<DatabaseTokenRecord>> read(Key key) {
        return SystemReader.find(
                system,
                SystemRows.databaseToken(key.database(), key.id()),
                DatabaseTokenRecord.class);
    }
}
