package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.v8.V8Reader;
import io.echelon.kvstore.v8.V8Value;
import io.echelon.kvstore.v8.V8Writer;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Requests that are answered later, in a database of each app: a row, the pieces of both bodies,
 * and a message of its queue, which is there if and only if the row is.
 *
 * <p><b>Failure.</b> Futures fail as those of {@link KvDatabase}.
 *
 * <p><b>Thread safety.</b> Any thread; nothing blocks.
 */
final class Invocations {
    /** How long one is kept after it was made, and after its end. */
    static final Duration KEPT = Duration.ofDays(1);

    /** Size of a request's or response's body, at most: what fits into one commit. */
    static final int BODY_MAX_BYTES = 512 * 1024;

    private static final String SUFFIX = "--async";
    private static final int PIECE_BYTES = 60_000;

    /** As Deno's queue has it. */
    private static final List<Duration> BACKOFF =
            List.of(
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));

    /** Which of the two bodies. */
    enum Part {
        REQUEST("request"),
        RESPONSE("response");

        private final String key;

        Part(String key) {
            this.key = key;
        }
    }

    private final KvStore store;
    private final KvStore unbounded;
    private final Clock clock;

    /**
     * @param store where requests go
     * @param unbounded the same for the ends of those that were taken in, which no quota refuses
     */
    Invocations(KvStore store, KvStore unbounded, Clock clock) {
        this.store = store;
        this.unbounded = unbounded;
        this.clock = clock;
    }

    /** The database of an app's invocations; no app is called like that. */
    static DatabaseRef database(TenantName tenant, AppName app) {
        return new DatabaseRef(tenant, app.value() + SUFFIX);
    }

    /** The app whose invocations a database has; empty when it is another. */
    static Optional<AppName> app(DatabaseRef database) {
        String name = database.database();
        try {
            return name.endsWith(SUFFIX)
                    ? Optional.of(new AppName(name.substring(0, name.length() - SUFFIX.length())))
                    : Optional.empty();
        } catch (EchelonException notOne) {
            return Optional.empty();
        }
    }

    CompletableFuture<Void> create(DatabaseRef database, Invocation invocation, byte[] body) {
        Instant now = clock.instant();
        AtomicWrite.Builder write = AtomicWrite.builder();
        put(write, invocation, now);
        put(write, Part.REQUEST, invocation.id(), body, now);
        write.enqueue(
                new Enqueue(
                        new KvValue.V8(V8Writer.write(new V8Value.Text(invocation.id())).data()),
                        now,
                        List.of(),
                        BACKOFF));
        return open(database)
                .commit(write.build())
                .thenAccept(
                        result -> {
                            if (result instanceof CommitResult.Conflict) {
                                throw new EchelonException(
                                        ErrorCode.CONFLICT, "The request is there already");
                            }
                        });
    }

    /** The id that a message carries. */
    static String id(KvValue.V8 payload) {
        return V8Reader.read(payload.data())
                .map(value -> value instanceof V8Value.Text(String text) ? text : "")
                .orElse("");
    }

    CompletableFuture<Optional<Invocation>> find(DatabaseRef database, String id) {
        return open(database).get(row(id)).thenApply(found -> found.flatMap(Invocations::read));
    }

    CompletableFuture<byte[]> body(DatabaseRef database, Part part, String id) {
        return open(database)
                .listAll(KvSelector.prefix(KvKey.of(part.key, id)))
                .thenApply(
                        pieces -> {
                            ByteArrayOutputStream whole = new ByteArrayOutputStream();
                            pieces.forEach(piece -> whole.writeBytes(piece.value().data()));
                            return whole.toByteArray();
                        });
    }

    /**
     * Writes the end of an invocation that has none yet.
     *
     * @return whether it had none
     */
    CompletableFuture<Boolean> end(DatabaseRef database, Invocation ended, byte[] body) {
        return open(database)
                .get(row(ended.id()))
                .thenCompose(
                        found -> {
                            KvEntry entry = found.orElse(null);
                            if (entry == null
                                    || read(entry)
                                            .filter(one -> one.state() == Invocation.State.QUEUED)
                                            .isEmpty()) {
                                return CompletableFuture.completedFuture(false);
                            }
                            Instant now = clock.instant();
                            AtomicWrite.Builder write = AtomicWrite.builder();
                            write.check(row(ended.id()), entry.versionstamp());
                            put(write, ended, now);
                            put(write, Part.RESPONSE, ended.id(), body, now);
                            return unbounded
                                    .database(database.storeName())
                                    .commit(write.build())
                                    .thenCompose(
                                            result ->
                                                    result instanceof CommitResult.Committed
                                                            ? CompletableFuture.completedFuture(
                                                                    true)
                                                            : end(database, ended, body));
                        });
    }

    private KvDatabase open(DatabaseRef database) {
        return store.database(database.storeName());
    }

    private static Optional<Invocation> read(KvEntry entry) {
        return V8Reader.read(entry.value().data())
                .filter(V8Value.Text.class::isInstance)
                .map(V8Value.Text.class::cast)
                .map(
                        text ->
                                Json.read(
                                        text.value().getBytes(StandardCharsets.UTF_8),
                                        Invocation.class));
    }

    private static KvKey row(String id) {
        return KvKey.of("invocations", id);
    }

    private static void put(AtomicWrite.Builder write, Invocation invocation, Instant now) {
        write.set(
                row(invocation.id()),
                V8Writer.write(
                        new V8Value.Text(
                                new String(Json.bytes(invocation), StandardCharsets.UTF_8))),
                new Expiry.At(now.plus(KEPT)));
    }

    private static void put(
            AtomicWrite.Builder write, Part part, String id, byte[] body, Instant now) {
        for (int from = 0; from < body.length; from += PIECE_BYTES) {
            write.set(
                    KvKey.of(part.key, id, from / PIECE_BYTES),
                    KvValue.bytes(
                            Arrays.copyOfRange(
                                    body, from, Math.min(body.length, from + PIECE_BYTES))),
                    new Expiry.At(now.plus(KEPT)));
        }
    }
}
