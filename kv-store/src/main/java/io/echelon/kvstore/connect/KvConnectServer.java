package io.echelon.kvstore.connect;

import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The server's side of KV Connect, without its HTTP: whoever has the sockets gives it POST requests
 * and sends what it answers. PROTOCOL.md beside this module's README says which paths those are.
 *
 * <p>Lifecycle: open until {@link #close}, which ends the pings of watches; the store is not
 * closed. A watch ends when its token no longer opens the database, of which {@link KvAccess} is
 * asked every second.
 *
 * <p>Failure: futures never fail; refusals are answers with the status and the code of their error.
 * A commit whose outcome is unknown is answered with the protocol's unspecified status, since
 * clients send anything with a status from 500 on again.
 *
 * <p>Thread safety: requests may come from any thread; nothing blocks.
 */
public final class KvConnectServer implements AutoCloseable {
    /** Most bytes of a request's body: the largest commit with what surrounds it. */
    public static final int REQUEST_MAX_BYTES = 2 * 1024 * 1024;

    private static final System.Logger LOG = System.getLogger(KvConnectServer.class.getName());
    private static final String DATA_PATH = "v2";

    /** Databases whose identity is remembered. */
    private static final int IDS_MAX = 100_000;

    private static final Duration METADATA_VALID = Duration.ofHours(1);

    private final KvStore store;
    private final KvAccess access;
    private final Clock clock;
    private final KvPaths paths;
    private final Clients clients;
    private final Map<String, UUID> ids = new ConcurrentHashMap<>();
    private final ScheduledExecutorService pings =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("kv-connect-pings").factory());

    /**
     * @param path where the server is mounted, such as {@code /kv}
     * @param defaultDatabase what the metadata exchange at {@code path} itself opens
     */
    public KvConnectServer(
            KvStore store, KvAccess access, Clock clock, String path, String defaultDatabase) {
        this(
                store,
                access,
                clock,
                KvPaths.below(path, defaultDatabase),
                Clients.PARTS_OF_THE_PLATFORM);
    }

    /** Who asks; the platform's own parts may also take whole snapshots. */
    public enum Clients {
        ANYONE,
        PARTS_OF_THE_PLATFORM
    }

    /**
     * @param paths which paths lead to which databases
     */
    public KvConnectServer(
            KvStore store, KvAccess access, Clock clock, KvPaths paths, Clients clients) {
        this.store = store;
        this.access = access;
        this.clock = clock;
        this.paths = paths;
        this.clients = clients;
    }

    /** Answers a POST request to {@code path} or below. */
    public CompletableFuture<ConnectAnswer> handle(ConnectRequest request) {
        try {
            if (request.body().length > REQUEST_MAX_BYTES) {
                throw new EchelonException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The request is %,d bytes; at most %,d are allowed"
                                .formatted(request.body().length, REQUEST_MAX_BYTES));
            }
            return route(request).exceptionally(failure -> refusal(cause(failure)));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(refusal(e));
        }
    }

    @Override
    public void close() {
        pings.shutdownNow();
    }

    private CompletableFuture<ConnectAnswer> route(ConnectRequest request) {
        KvPaths.Place place = paths.find(request.uri().getRawPath());
        return access.grant(request.token(), place.database())
                .thenCompose(grant -> granted(request, place, grant));
    }

    private CompletableFuture<ConnectAnswer> granted(
            ConnectRequest request, KvPaths.Place place, KvAccess.Grant grant) {
        if (grant == KvAccess.Grant.NONE) {
            throw new EchelonException(
                    ErrorCode.UNAUTHENTICATED,
                    "The token does not open this database; send a valid one as bearer token");
        }
        KvDatabase database = store.database(place.database());
        if (place.rest().isEmpty()) {
            return metadata(request, place, database);
        }
        if (place.rest().size() != 2 || !place.rest().getFirst().equals(DATA_PATH)) {
            throw notFound();
        }
        return data(request, place.rest().getLast(), database, grant);
    }

    private CompletableFuture<ConnectAnswer> metadata(
            ConnectRequest request, KvPaths.Place place, KvDatabase database) {
        int version = Metadata.negotiate(request.body());
        String endpoint = place.path() + "/" + DATA_PATH;
        String url = version == 1 ? request.uri().resolve(endpoint).toString() : endpoint;
        return database.id()
                .thenApply(
                        id ->
                                whole(
                                        Wire.JSON,
                                        new Metadata(
                                                        version,
                                                        id,
                                                        List.of(
                                                                new Metadata.Endpoint(
                                                                        url, "strong")),
                                                        request.token(),
                                                        clock.instant()
                                                                .plus(METADATA_VALID)
                                                                .truncatedTo(ChronoUnit.SECONDS))
                                                .json()));
    }

    private CompletableFuture<ConnectAnswer> data(
            ConnectRequest request, String method, KvDatabase database, KvAccess.Grant grant) {
        return id(database)
                .thenCompose(
                        id -> {
                            checkHeaders(request, id);
                            return switch (method) {
                                case Wire.SNAPSHOT_READ -> read(request, database);
                                case Wire.ATOMIC_WRITE -> write(request, database, grant);
                                case Wire.WATCH -> watch(request, database);
                                case Wire.SNAPSHOT -> snapshot(database);
                                default -> throw notFound();
                            };
                        });
    }

    /**
     * The identity of a database, which it keeps for good: a replica finds it by a strong read, so
     * it is asked once.
     */
    private CompletableFuture<UUID> id(KvDatabase database) {
        UUID known = ids.get(database.name());
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return database.id()
                .thenApply(
                        id -> {
                            if (ids.size() < IDS_MAX) {
                                ids.put(database.name(), id);
                            }
                            return id;
                        });
    }

    private static void checkHeaders(ConnectRequest request, UUID id) {
        String version = request.header(Wire.VERSION_HEADER);
        if (!List.of("", "1", "2", "3").contains(version)) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The header %s must be 2 or 3".formatted(Wire.VERSION_HEADER));
        }
        String named =
                version.length() == 0 || version.equals("1")
                        ? request.header(Wire.DATABASE_HEADER_V1)
                        : request.header(Wire.DATABASE_HEADER);
        if (!named.equalsIgnoreCase(id.toString())) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The header %s does not name this database; exchange metadata first"
                            .formatted(Wire.DATABASE_HEADER));
        }
    }

    private static CompletableFuture<ConnectAnswer> read(
            ConnectRequest request, KvDatabase database) {
        return database.read(ReadMessages.readRanges(request.body()), Consistency.STRONG)
                .thenApply(ranges -> whole(Wire.PROTOBUF, ReadMessages.writeOutput(ranges)));
    }

    private static CompletableFuture<ConnectAnswer> write(
            ConnectRequest request, KvDatabase database, KvAccess.Grant grant) {
        if (grant != KvAccess.Grant.READ_WRITE) {
            throw new EchelonException(
                    ErrorCode.PERMISSION_DENIED,
                    "The token opens this database for reading only; use one that may write");
        }
        return database.commit(WriteMessages.read(request.body()))
                .handle(
                        (result, failure) ->
                                failure == null
                                        ? whole(Wire.PROTOBUF, WriteMessages.writeOutput(result))
                                        : uncommitted(cause(failure)));
    }

    /** The answer to a commit that failed: it may be sent again only if it was not made. */
    private static ConnectAnswer uncommitted(Throwable failure) {
        if (failure instanceof EchelonException e
                && e.code() != ErrorCode.UNAVAILABLE
                && e.code() != ErrorCode.INTERNAL) {
            return refusal(e);
        }
        LOG.log(System.Logger.Level.ERROR, "The outcome of a commit is unknown", failure);
        return whole(Wire.PROTOBUF, WriteMessages.writeUnspecified());
    }

    private CompletableFuture<ConnectAnswer> watch(ConnectRequest request, KvDatabase database) {
        List<KvKey> keys = KvChecks.watched(ReadMessages.readWatch(request.body()));
        return CompletableFuture.completedFuture(
                new ConnectAnswer.Frames(
                        200,
                        Map.of("content-type", Wire.OCTETS),
                        sink ->
                                WatchFrames.open(
                                        database,
                                        keys,
                                        sink,
                                        pings,
                                        () -> access.grant(request.token(), database.name()))));
    }

    private CompletableFuture<ConnectAnswer> snapshot(KvDatabase database) {
        if (clients != Clients.PARTS_OF_THE_PLATFORM) {
            throw notFound();
        }
        return CompletableFuture.completedFuture(
                new ConnectAnswer.Frames(
                        200,
                        Map.of("content-type", Wire.OCTETS),
                        sink -> SnapshotFrames.open(database.snapshot(), sink)));
    }

    private static ConnectAnswer whole(String contentType, byte[] body) {
        return new ConnectAnswer.Whole(200, Map.of("content-type", contentType), body);
    }

    /** The answer that refuses a request for a reason that may be told. */
    public static ConnectAnswer.Whole refusal(EchelonException reason) {
        return new ConnectAnswer.Whole(
                reason.code().status(),
                Map.of("content-type", Wire.TEXT, Wire.ERROR_HEADER, reason.code().name()),
                reason.reason().getBytes(StandardCharsets.UTF_8));
    }

    private static ConnectAnswer refusal(Throwable failure) {
        if (failure instanceof EchelonException known) {
            return refusal(known);
        }
        LOG.log(System.Logger.Level.ERROR, "A KV Connect request failed", failure);
        return refusal(
                new EchelonException(
                        ErrorCode.INTERNAL, "An internal error happened; the log has it"));
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    static EchelonException notFound() {
        return new EchelonException(
                ErrorCode.NOT_FOUND, "There is nothing at this path; exchange metadata first");
    }
}
