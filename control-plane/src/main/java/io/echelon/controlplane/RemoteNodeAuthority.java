package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The authority's key on the nodes that have the store; the first that answers is asked. */
final class RemoteNodeAuthority implements NodeAuthority {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> nodes;
    private final String secret;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /**
     * @param secret the cluster's
     */
    RemoteNodeAuthority(List<URI> nodes, String secret) {
        this.nodes = List.copyOf(nodes);
        this.secret = secret;
    }

    @Override
    public Issued ofNode(String node, String csr) {
        return ask("/cluster/nodes", Map.of("node", node, "csr", csr));
    }

    @Override
    public Issued ofPlatform(String publicKey) {
        return ask("/cluster/platform", Map.of("publicKey", publicKey));
    }

    private Issued ask(String path, Map<String, String> body) {
        EchelonException last = null;
        for (URI node : nodes) {
            try {
                HttpResponse<byte[]> answer =
                        client.send(
                                HttpRequest.newBuilder(node.resolve(path))
                                        .timeout(ANSWER_TIMEOUT)
                                        .header("authorization", "Bearer " + secret)
                                        .header("content-type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofByteArray(
                                                        Json.bytes(body)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() == 200) {
                    return Json.read(answer.body(), Issued.class);
                }
                if (answer.statusCode() == 400) {
                    throw new EchelonException(
                            ErrorCode.INVALID_ARGUMENT,
                            Json.mapper()
                                    .readTree(answer.body())
                                    .path("error")
                                    .path("message")
                                    .asText());
                }
                last = unavailable(null);
            } catch (IOException e) {
                last = unavailable(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable(e);
            }
        }
        throw last == null ? unavailable(null) : last;
    }

    private static EchelonException unavailable(@Nullable Exception e) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "No node that has the key of the platform's authority answers; try again",
                e);
    }
}
