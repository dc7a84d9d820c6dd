package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** {@code edge node} in the foreground: a node that joined a platform on another address. */
final class RunningNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long END_SECONDS = 60;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Process process;
    private final Path errors;
    private final JsonNode ready;

    private RunningNode(Process process, Path errors, JsonNode ready) {
        this.process = process;
        this.errors = errors;
        this.ready = ready;
    }

    /** Starts it and waits until it says that it is ready. */
    static RunningNode start(Path home, String... options) throws IOException {
        return start(home, List.of(), options);
    }

    /**
     * The same elsewhere.
     *
     * @param prefix what the command begins with, as where to run it
     */
    static RunningNode start(Path home, List<String> prefix, String... options) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Edge.ROOT.resolve("edge").toString(), "node", "--json"));
        command.addAll(List.of(options));
        Path errors = Files.createTempFile(home, "node", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(home.toFile()).redirectError(errors.toFile());
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        if (line == null) {
            throw new IllegalStateException("edge node failed: " + Files.readString(errors));
        }
        return new RunningNode(process, errors, MAPPER.readTree(line));
    }

    String name() {
        return ready.path("node").asText();
    }

    /** Where the platform reaches it. */
    URI address() {
        return URI.create(ready.path("address").asText());
    }

    URI https() {
        return URI.create(ready.path("https").asText());
    }

    /** Where its own machine asks how it does. */
    URI internal() {
        return URI.create(ready.path("internal").asText());
    }

    /** The public port in the clear. */
    URI http() {
        return URI.create(ready.path("http").asText());
    }

    /** What it answers to a host by TLS, which has to be by a certificate of an authority. */
    HttpResponse<String> get(SSLContext trusting, String host, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "https://%s:%d%s"
                                                    .formatted(host, https().getPort(), path)))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The exit code, once it has ended by itself. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("edge node goes on");
        }
        return process.exitValue();
    }

    /** What it wrote for people. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Has the node die at once, which the command is to see to. */
    void killNode() {
        process.descendants()
                .filter(child -> child.children().findAny().isEmpty())
                .forEach(
                        child -> {
                            child.destroyForcibly();
                            child.onExit().join();
                        });
    }

    /** Has the command and its node die at once. */
    void kill() throws InterruptedException {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().join();
        }
        process.waitFor();
    }

    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
