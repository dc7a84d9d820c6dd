package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who says on the internet whose hosts are: a name server for which every host is this machine, and
 * Pebble, a certificate authority that speaks ACME and looks at hosts before it issues anything.
 */
final class Authorities implements AutoCloseable {
    private final Path folder;
    private final OwnCertificate own;
    private final List<Integer> ports;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient client;

    private Authorities(Path folder, OwnCertificate own, List<Integer> ports) throws Exception {
        this.folder = folder;
        this.own = own;
        this.ports = ports;
        this.client =
                HttpClient.newBuilder().sslContext(Platform.trusting(own.certificate())).build();
    }

    /** Starts the name server; the certificate authority waits for {@link #issue}. */
    static Authorities start(Path folder, OwnCertificate own) throws Exception {
        Authorities authorities = new Authorities(folder, own, LocalProcesses.freePorts(4));
        authorities.run(
                "pebble-challtestsrv",
                Map.of(),
                "-dns01",
                authorities.address(0),
                "-management",
                authorities.address(1),
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "");
        return authorities;
    }

    /** What a platform has to be told, so that it asks these. */
    Map<String, String> environment() {
        return Map.of(
                "ECHELON_DNS", address(0),
                "ECHELON_ACME", "https://localhost:%d/dir".formatted(ports.get(2)),
                "ECHELON_ACME_CA", own.certificate().toString());
    }

    /** Has a TXT record say something. */
    void say(String name, String text) throws Exception {
        String record = "{\"host\":\"%s.\",\"value\":\"%s\"}".formatted(name, text);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://%s/set-txt".formatted(address(1))))
                        .POST(HttpRequest.BodyPublishers.ofString(record))
                        .build();
        Until.holds(() -> answer(request).isPresent());
    }

    /**
     * Starts the certificate authority.
     *
     * @param httpPort where hosts answer by HTTP
     */
    void issue(int httpPort) throws IOException {
        Path configuration =
                Files.writeString(
                        folder.resolve("pebble.json"),
                        """
                        {"pebble": {"listenAddress": "%s", "managementListenAddress": "%s",
                         "certificate": "%s", "privateKey": "%s", "httpPort": %d, "tlsPort": %d}}"""
                                .formatted(
                                        address(2),
                                        address(3),
                                        own.certificate(),
                                        own.key(),
                                        httpPort,
                                        httpPort));
        run(
                "pebble",
                Map.of("PEBBLE_VA_NOSLEEP", "1"),
                "-strict",
                "-config",
                configuration.toString(),
                "-dnsserver",
                address(0));
    }

    /**
     * A file with the root from which all comes that the certificate authority issues, once that
     * can be asked.
     */
    Path root() throws Exception {
        HttpRequest root = request(3, "/roots/0");
        HttpRequest directory = request(2, "/dir");
        Until.holds(() -> answer(root).isPresent() && answer(directory).isPresent());
        return Files.writeString(folder.resolve("root.pem"), answer(root).orElseThrow());
    }

    private HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://localhost:%d%s".formatted(ports.get(port), path)))
                .build();
    }

    private Optional<String> answer(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return Optional.of(response.body());
        } catch (IOException starting) {
            assertThat(processes).allMatch(Process::isAlive);
            return Optional.empty();
        }
    }

    private void run(String program, Map<String, String> environment, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(program + ".log").toFile());
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    private String address(int port) {
        return "127.0.0.1:" + ports.get(port);
    }

    @Override
    public void close() {
        LocalProcesses.end(processes);
        client.shutdownNow();
    }
}
