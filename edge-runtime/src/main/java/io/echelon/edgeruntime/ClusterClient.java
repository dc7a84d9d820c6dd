package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a node that joined asks of those that have the store, besides the store itself: the first
 * that answers decides.
 *
 * <p><b>Failure.</b> {@link EchelonException}: what a node refused, or UNAVAILABLE when none
 * answered in time.
 *
 * <p><b>Thread safety.</b> Any thread; blocks.
 */
final class ClusterClient implements AutoCloseable {
    static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(5);

    private final List<URI> nodes;
    private final Duration patience;
    private final HttpClient http;

    /**
     * @param nodes those that have the store, at least one
     * @param patience longest wait for the answer of one
     */
    ClusterClient(List<URI> nodes, ClusterTls tls, Duration patience) {
        this.nodes = List.copyOf(nodes);
        this.patience = patience;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(patience.dividedBy(2))
                        .sslContext(tls.to(ClusterTls.PLATFORM))
                        .build();
    }

    <T> T get(String path, Class<T> type) {
        return ask(path, null, type);
    }

    <T> T post(String path, Object body, Class<T> type) {
        return ask(path, Json.bytes(body), type);
    }

    private <T> T ask(String path, byte @Nullable [] body, Class<T> type) {
        EchelonException last = null;
        for (URI node : nodes) {
            try {
                return ask(node, path, body, type);
            } catch (EchelonException e) {
                if (e.code() != ErrorCode.UNAVAILABLE) {
                    throw e;
                }
                last = e;
            }
        }
        throw last == null
                ? new EchelonException(ErrorCode.UNAVAILABLE, "No node of the platform is known")
                : last;
    }

    private <T> T ask(URI node, String path, byte @Nullable [] body, Class<T> type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(path)).timeout(patience);
        if (body != null) {
            request.header("content-type", "application/json")
                    .POST(BodyPublishers.ofByteArray(body));
        }
        try {
            HttpResponse<byte[]> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200) {
                return Json.read(answer.body(), type);
            }
            throw refusal(node, answer);
        } catch (SSLException e) {
            throw unavailable(
                    node,
                    "refuses this node's certificate, or shows one that is not the platform's",
                    e);
        } catch (IOException e) {
            throw unavailable(node, "cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(node, "was not waited for", e);
        }
    }

    private static EchelonException refusal(URI node, HttpResponse<byte[]> answer) {
        ErrorCode code =
                answer.headers()
                        .firstValue("x-echelon-error")
                        .map(ClusterClient::code)
                        .orElse(ErrorCode.UNAVAILABLE);
        String message = "it answered with status " + answer.statusCode();
        try {
            message =
                    Json.mapper()
                            .readTree(answer.body())
                            .path("error")
                            .path("message")
                            .asText(message);
        } catch (IOException notJson) {
            // The status says what there is to say.
        }
        return new EchelonException(code, "%s refuses: %s".formatted(node, message));
    }

    private static ErrorCode code(String name) {
        try {
            return ErrorCode.valueOf(name);
        } catch (IllegalArgumentException ofALaterRelease) {
            return ErrorCode.UNAVAILABLE;
        }
    }

    private static EchelonException unavailable(URI node, String what, Exception cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE, "The platform's node at %s %s".formatted(node, what), cause);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
