package io.echelon.kvstore.connect;

import io.echelon.kvstore.DatabasePlace;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.StoreDesk;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The store of other nodes: {@code GET /backup}, {@code GET /store}, {@code POST /store/marks},
 * {@code GET /store/digest}, {@code GET /store/sizes}, {@code GET /store/places}, {@code POST
 * /store/moves}. A node that fails is left for the next where any one will do.
 */
public final class RemoteStoreDesk implements StoreDesk, AutoCloseable {
    private static final int ANSWER_MAX_BYTES = 1024 * 1024;
    private static final int SIZES_MAX_BYTES = 16 * 1024 * 1024;
    private static final Duration DIGEST_TIMEOUT = Duration.ofMinutes(11);

    private final RemoteOptions options;
    private final Hosts hosts;
    private final HttpClient http;

    private RemoteStoreDesk(RemoteOptions options) {
        this.options = options;
        this.hosts = new Hosts(options.bases());
        this.http = options.client();
    }

    public static RemoteStoreDesk open(RemoteOptions options) {
        return new RemoteStoreDesk(options);
    }

    /** How much databases hold. */
    public record Sizes(List<DatabaseSize> databases) {
        public Sizes {
            databases = List.copyOf(databases);
        }
    }

    /** How the shards of the store are doing on a node. */
    public record Status(List<StoreStatus> shards) {
        public Status {
            shards = List.copyOf(shards);
        }
    }

    /** In which shards databases lie. */
    public record Places(List<DatabasePlace> databases) {
        public Places {
            databases = List.copyOf(databases);
        }
    }

    /** A database that is to be moved to a shard. */
    public record Move(String database, int shard) {}

    /** A mark that was made. */
    public record Mark(String mark) {}

    @Override
    public InputStream backup() {
        return hosts.ask(host -> open(get(host, "/backup", options.requestTimeout())), _ -> true);
    }

    @Override
    public List<Node> nodes() {
        return ofAll(
                node -> {
                    try {
                        return new Node(
                                node,
                                read(get(node, "/store", options.attemptTimeout()), Status.class)
                                        .shards());
                    } catch (EchelonException e) {
                        return new Node(node, List.of());
                    }
                });
    }

    @Override
    public List<DatabaseSize> sizes(String beginning) {
        String path = "/store/sizes?below=" + URLEncoder.encode(beginning, StandardCharsets.UTF_8);
        return hosts.ask(
                        host ->
                                read(
                                        get(host, path, options.requestTimeout()),
                                        Sizes.class,
                                        SIZES_MAX_BYTES),
                        _ -> true)
                .databases();
    }

    @Override
    public List<DatabasePlace> places() {
        return hosts.ask(
                        host ->
                                read(
                                        get(host, "/store/places", options.requestTimeout()),
                                        Places.class,
                                        SIZES_MAX_BYTES),
                        _ -> true)
                .databases();
    }

    @Override
    public void move(String database, int shard) {
        byte[] body = Json.bytes(new Move(database, shard));
        var _ =
                hosts.ask(
                        host ->
                                done(
                                        request(host, "/store/moves", options.requestTimeout())
                                                .header("content-type", "application/json")
                                                .POST(BodyPublishers.ofByteArray(body))
                                                .build()),
                        _ -> true);
    }

    private boolean done(HttpRequest request) {
        try (InputStream body = open(request)) {
            return body.readNBytes(ANSWER_MAX_BYTES).length == 0;
        } catch (IOException e) {
            throw unreachable(request, e);
        }
    }

    @Override
    public List<Verified> verify() {
        Mark mark =
                hosts.ask(
                        host ->
                                read(
                                        request(host, "/store/marks", options.requestTimeout())
                                                .POST(BodyPublishers.noBody())
                                                .build(),
                                        Mark.class),
                        _ -> true);
        String path = "/store/digest?mark=" + mark.mark();
        return ofAll(
                node -> {
                    try {
                        return new Verified(
                                node,
                                read(get(node, path, DIGEST_TIMEOUT), StoreDigest.class),
                                null);
                    } catch (EchelonException e) {
                        return new Verified(node, null, e.reason());
                    }
                });
    }

    /** What all nodes answer, asked at once, in their order. */
    private <T> List<T> ofAll(Function<URI, T> question) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<T>> answers = new ArrayList<>();
            for (URI node : options.bases()) {
                answers.add(CompletableFuture.supplyAsync(() -> question.apply(node), threads));
            }
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest get(URI host, String path, Duration timeout) {
        return request(host, path, timeout).GET().build();
    }

    private HttpRequest.Builder request(URI host, String path, Duration timeout) {
        return HttpRequest.newBuilder(host.resolve(path))
                .timeout(timeout)
                .header("authorization", "Bearer " + options.token());
    }

    private <T> T read(HttpRequest request, Class<T> type) {
        return read(request, type, ANSWER_MAX_BYTES);
    }

    private <T> T read(HttpRequest request, Class<T> type, int maxBytes) {
        try (InputStream body = open(request)) {
            return Json.read(body.readNBytes(maxBytes), type);
        } catch (IOException e) {
            throw unreachable(request, e);
        }
    }

    private InputStream open(HttpRequest request) {
        try {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 == 2) {
                return response.body();
            }
            try (InputStream body = response.body()) {
                throw Wire.refusal(
                        response.statusCode(),
                        response.headers().firstValue(Wire.ERROR_HEADER),
                        body.readNBytes(ANSWER_MAX_BYTES));
            }
        } catch (IOException e) {
            throw unreachable(request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(request, e);
        }
    }

    private static EchelonException unreachable(HttpRequest request, Exception failure) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The node at %s cannot be reached; try again"
                        .formatted(request.uri().getAuthority()),
                failure);
    }
}
