package io.echelon.controlplane;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.NodeRecord;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The logs and traces of nodes, read over their internal addresses. */
@Singleton
final class NodeLogs {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Who takes the lines of a node, and may wait to do so. */
    @FunctionalInterface
    interface Sink<T> {
        void add(T line) throws InterruptedException;
    }

    private final HttpClient here = client().build();
    private final Map<String, HttpClient> elsewhere = new ConcurrentHashMap<>();
    private final PlatformIdentity identity;
    private final String secret;

    NodeLogs(Settings settings, PlatformIdentity identity) {
        this.identity = identity;
        try {
            secret = Secrets.read(settings.clusterSecretFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a node's log to its end; with {@link LogQuery.Mode#FOLLOW} that is when the connection
     * ends. An interrupt ends it too.
     *
     * @param from first moment that is wanted; null is as far back as the node keeps lines
     */
    void read(NodeRecord node, LogQuery query, @Nullable Instant from, Sink<LogRecord> sink)
            throws IOException, InterruptedException {
        read(node, "/logs?" + query.asNodeQuery(from), LogRecord.class, sink);
    }

    /**
     * Reads an answer of a node that has a JSON object a line, to its end.
     *
     * @param path with its query
     */
    <T> void read(NodeRecord node, String path, Class<T> type, Sink<T> sink)
            throws IOException, InterruptedException {
        URI uri = node.internal().resolve(path);
        HttpResponse<InputStream> answer =
                "https".equals(uri.getScheme())
                        ? client(node.id())
                                .send(
                                        HttpRequest.newBuilder(uri).build(),
                                        HttpResponse.BodyHandlers.ofInputStream())
                        : here.send(
                                HttpRequest.newBuilder(uri)
                                        .header("Authorization", "Bearer " + secret)
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            if (answer.statusCode() != 200) {
                throw new IOException(
                        "Node %s answered %d".formatted(node.id(), answer.statusCode()));
            }
            String line = lines.readLine();
            while (line != null) {
                if (!line.isBlank()) {
                    sink.add(Json.read(line.getBytes(StandardCharsets.UTF_8), type));
                }
                line = lines.readLine();
            }
        }
    }

    /** For a node of another machine, which is sent no secret but shown a certificate. */
    private HttpClient client(String node) {
        return elsewhere.computeIfAbsent(
                node, id -> client().sslContext(identity.tls().to(ClusterTls.nameOf(id))).build());
    }

    private static HttpClient.Builder client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT);
    }
}
