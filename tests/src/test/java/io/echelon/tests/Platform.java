package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A platform on free ports, started and stopped as a user does it. */
final class Platform {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static {
        // Which app is meant stands in the host, whatever address the request goes to.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private final Path data;
    private final Edge shell;
    private final JsonNode ready;
    private final HttpClient client;

    private Platform(Path data, Edge shell, JsonNode ready) throws Exception {
        this.data = data;
        this.shell = shell;
        this.ready = ready;
        this.client = HttpClient.newBuilder().sslContext(trusting(ca())).build();
    }

    static Platform start(Path home) throws Exception {
        return start(home, Map.of());
    }

    /**
     * Starts a platform in a folder of a home's.
     *
     * @param environment variables for {@code edge up}
     */
    static Platform start(Path home, Map<String, String> environment) throws Exception {
        return start(new Edge(home, environment), home.resolve("platform"));
    }

    /**
     * Starts a platform in a folder, in which one may have run before.
     *
     * @param options more options of {@code edge up}
     */
    static Platform start(Path home, Path data, String... options) throws Exception {
        return start(new Edge(home, Map.of()), data, options);
    }

    /**
     * The same by a command line that may run elsewhere.
     *
     * @param options more options of {@code edge up}
     */
    static Platform start(Edge shell, Path data, String... options) throws Exception {
        Edge.Result up = up(shell, data, options);
        if (up.exitCode() != 0) {
            throw new IllegalStateException("edge up failed: " + up);
        }
        return new Platform(data, shell, up.json());
    }

    /** Runs {@code edge up} in the background on free ports. */
    static Edge.Result up(Edge shell, Path data, String... options)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "up",
                                "--json",
                                "--detach",
                                "--data",
                                data.toString(),
                                "--http",
                                "0",
                                "--https",
                                "0",
                                "--control",
                                "0"));
        arguments.addAll(List.of(options));
        return shell.run(arguments.toArray(String[]::new));
    }

    Path data() {
        return data;
    }

    String control() {
        return ready.get("control").asText();
    }

    String token() {
        return ready.get("token").asText();
    }

    /** The address of a node's HTTP port, which stays the same when the node is started again. */
    URI http(int node) {
        return URI.create(ready.at("/nodes/%d/http".formatted(node)).asText());
    }

    /** The address of a node's HTTPS port. */
    URI https(int node) {
        return URI.create(ready.at("/nodes/%d/https".formatted(node)).asText());
    }

    /** The status of a metadata exchange with a database. */
    int exchange(String url, String token) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("authorization", "Bearer " + token)
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .timeout(PATIENCE)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException unreachable) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private Path ca() {
        return data.resolve("ca/ca.pem");
    }

    /** The command line, signed in to this platform. */
    Edge edge(Path home) {
        return new Edge(home, Map.of("ECHELON_CONTROL", control(), "ECHELON_TOKEN", token()));
    }

    /** The API, signed in to this platform. */
    Api api() {
        return new Api(URI.create(control()), token());
    }

    /** A request to a host of this platform by HTTPS, trusting the local authority alone. */
    HttpResponse<String> get(String host, String path) throws IOException, InterruptedException {
        return get(client, host, path);
    }

    /** The same, trusting those alone that a file of certificates names. */
    HttpResponse<String> get(Path trusted, String host, String path) throws Exception {
        HttpClient other = HttpClient.newBuilder().sslContext(trusting(trusted)).build();
        try {
            return get(other, host, path);
        } finally {
            other.shutdownNow(); // close() waits for connections that are kept for later
        }
    }

    private HttpResponse<String> get(HttpClient caller, String host, String path)
            throws IOException, InterruptedException {
        int port = https(0).getPort();
        return caller.send(
                HttpRequest.newBuilder(URI.create("https://%s:%d%s".formatted(host, port, path)))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A request to one node by HTTP. */
    HttpResponse<String> get(int node, String host, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(http(node).resolve(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("host", host)
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The status of an empty POST to one node by HTTP. */
    int post(int node, String host, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(http(node).resolve(path))
                                .version(HttpClient.Version.HTTP_1_1)
                                .header("host", host)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A POST by HTTP that asks to be answered later. */
    HttpResponse<String> postLater(int node, String host, String path, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(http(node).resolve(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("host", host)
                        .header("prefer", "respond-async")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What a node answers to a host now; empty when it does not answer with 200. */
    String answer(int node, String host) throws InterruptedException {
        try {
            HttpResponse<String> response = get(node, host, "/");
            return response.statusCode() == 200 ? response.body() : "";
        } catch (IOException unreachable) {
            return "";
        }
    }

    /** What a node's internal port says of its metrics. */
    String metrics(int node) throws IOException, InterruptedException {
        return metrics(internal(node), Files.readString(data.resolve("cluster-secret")).strip());
    }

    /** What the control plane says of its metrics. */
    String controlMetrics() throws IOException, InterruptedException {
        return metrics(URI.create(control()), token());
    }

    private String metrics(URI base, String token) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(base.resolve("/q/metrics"))
                                .header("authorization", "Bearer " + token)
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Where a node's internal port is. */
    URI internal(int node) throws IOException {
        return URI.create(running().at("/nodes/%d/internal".formatted(node)).asText());
    }

    ProcessHandle supervisor() throws IOException {
        return process("/supervisor");
    }

    ProcessHandle controlPlane() throws IOException {
        return process("/controlPlane");
    }

    ProcessHandle node(int node) throws IOException {
        return process("/nodes/%d/process".formatted(node));
    }

    private ProcessHandle process(String place) throws IOException {
        return ProcessHandle.of(running().at(place).path("pid").asLong()).orElseThrow();
    }

    private JsonNode running() throws IOException {
        return MAPPER.readTree(data.resolve("platform.json").toFile());
    }

    /** Trusts what comes from a certificate in a file of PEM, and nothing else. */
    static SSLContext trusting(Path authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "local", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    void stop() throws IOException, InterruptedException {
        shell.run("down", "--data", data.toString());
    }
}
