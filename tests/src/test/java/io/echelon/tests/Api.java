package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The control plane's API as a program uses it, for the tenant {@code default}. */
final class Api {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI tenant;
    private final String token;

    Api(URI control, String token) {
        this.tenant = control.resolve("/api/v1/tenants/default/");
        this.token = token;
    }

    /** Stores a function of one module and begins its deployment; the answer names the revision. */
    String begin(String app, String source, String isolation)
            throws IOException, InterruptedException {
        byte[] content = source.getBytes(StandardCharsets.UTF_8);
        String sha256 = sha256(content);
        accepted(send("PUT", "blobs/" + sha256, "application/octet-stream", content));
        String manifest =
                MAPPER.writeValueAsString(
                        MAPPER.readTree(
                                """
                                {"main": "main.js", "isolation": "%s",
                                 "limits": {"cpuMs": 1000, "memoryMb": 128, "wallMs": 30000},
                                 "files": [{"path": "main.js", "sha256": "%s", "bytes": %d}]}"""
                                        .formatted(isolation, sha256, content.length)));
        HttpResponse<String> revision =
                accepted(
                        send(
                                "POST",
                                "apps/%s/revisions".formatted(app),
                                "application/json",
                                manifest.getBytes(StandardCharsets.UTF_8)));
        return MAPPER.readTree(revision.body()).path("revision").asText();
    }

    /** Deploys a function of one module and waits for the end. */
    void deploy(String app, String source, String isolation)
            throws IOException, InterruptedException {
        String revision = begin(app, source, isolation);
        String events = progress(app, revision);
        if (!events.contains("event:done")) {
            throw new IllegalStateException(app + " " + revision + ": " + events);
        }
    }

    /** The events of a deployment up to its end. */
    String progress(String app, String revision) throws IOException, InterruptedException {
        return accepted(
                        send(
                                "GET",
                                "apps/%s/revisions/%s/progress".formatted(app, revision),
                                null,
                                new byte[0]))
                .body();
    }

    /** What the API says of something below the tenant, such as {@code apps/hello}. */
    JsonNode read(String path) throws IOException, InterruptedException {
        return MAPPER.readTree(accepted(send("GET", path, null, new byte[0])).body());
    }

    void delete(String app) throws IOException, InterruptedException {
        accepted(send("DELETE", "apps/" + app, null, new byte[0]));
    }

    HttpResponse<String> send(String method, String path, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(tenant.resolve(path))
                        .header("authorization", "Bearer " + token)
                        .method(method, BodyPublishers.ofByteArray(body));
        if (type != null) {
            request.header("content-type", type);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> accepted(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    "%s: %d %s".formatted(response.uri(), response.statusCode(), response.body()));
        }
        return response;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
