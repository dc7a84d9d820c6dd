package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A platform of one node on free ports, started and stopped as a user does it. */
final class Platform {
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
        Path data = home.resolve("platform");
        Edge shell = new Edge(home, Map.of());
        Edge.Result up = up(shell, data);
        if (up.exitCode() != 0) {
            throw new IllegalStateException("edge up failed: " + up);
        }
        return new Platform(data, shell, up.json());
    }

    /** Runs {@code edge up} in the background on free ports. */
    static Edge.Result up(Edge shell, Path data) throws IOException, InterruptedException {
        return shell.run(
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
                "0");
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

    private Path ca() {
        return data.resolve("ca/ca.pem");
    }

    /** The command line, signed in to this platform. */
    Edge edge(Path home) {
        return new Edge(home, Map.of("ECHELON_CONTROL", control(), "ECHELON_TOKEN", token()));
    }

    /** A request to a host of this platform by HTTPS, trusting the local authority alone. */
    HttpResponse<String> get(String host, String path) throws IOException, InterruptedException {
        int port = URI.create(ready.at("/nodes/0/https").asText()).getPort();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://%s:%d%s".formatted(host, port, path)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static SSLContext trusting(Path authority)
            throws GeneralSecurityException, IOException {
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
