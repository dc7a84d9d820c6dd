package io.echelon.deploycli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One started process of the platform: an edge node or the control plane.
 *
 * <p>Lifecycle: started with {@link #start}, of use after {@link #awaitReady}; it ends with {@link
 * #stop}, or by itself.
 */
final class ServerProcess {
    private static final long READY_SECONDS = 120;
    private static final Duration READER_GRACE = Duration.ofSeconds(2);

    private final String name;
    private final Process process;
    private final ProcessLog log;
    private final CompletableFuture<JsonNode> announcement = new CompletableFuture<>();
    private final List<Thread> readers = new ArrayList<>();

    private ServerProcess(String name, Process process, ProcessLog log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static ServerProcess start(ServerCommand command, ProcessLog log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments());
        builder.directory(command.folder().toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("ECHELON_"));
        environment.putAll(command.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        log.line("%s starts as process %d".formatted(command.name(), process.pid()));
        ServerProcess server = new ServerProcess(command.name(), process, log);
        server.readers.add(server.read("out", process.getInputStream()));
        server.readers.add(server.read("err", process.getErrorStream()));
        return server;
    }

    /** Waits until the process has said that it is ready, and answers with what it said. */
    JsonNode awaitReady() throws InterruptedException {
        try {
            return announcement.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliException failed
                    ? failed
                    : new CliException(ExitCode.FAILED, name + " did not start: " + e.getCause());
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new CliException(
                    ExitCode.FAILED,
                    "%s was not ready after %d s; its log %s ends with%n%s"
                            .formatted(name, READY_SECONDS, log.file(), log.tail()),
                    e);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for the end; the answer is the exit code. */
    int awaitEnd() throws InterruptedException {
        int exitCode = process.waitFor();
        awaitLastWords();
        return exitCode;
    }

    /** Asks the process to end in good order, and makes it end when it takes too long. */
    void stop(long graceSeconds) throws InterruptedException {
        // By its handle, which leaves the output open: the last words belong in the log.
        process.toHandle().destroy();
        if (!process.waitFor(graceSeconds, TimeUnit.SECONDS)) {
            log.line("did not end within %d s and was killed".formatted(graceSeconds));
            process.destroyForcibly();
            process.waitFor();
        }
        awaitLastWords();
    }

    /** Waits, for a while, until what it has said is in its log. */
    private void awaitLastWords() throws InterruptedException {
        for (Thread reader : readers) {
            reader.join(READER_GRACE);
        }
    }

    private Thread read(String stream, InputStream in) {
        return Thread.ofPlatform()
                .daemon()
                .name(name + "-" + stream)
                .start(
                        () -> {
                            try (BufferedReader lines =
                                    new BufferedReader(
                                            new InputStreamReader(in, StandardCharsets.UTF_8))) {
                                for (String line = lines.readLine();
                                        line != null;
                                        line = lines.readLine()) {
                                    if (!stream.equals("out") || !announces(line)) {
                                        log.line(line);
                                    }
                                }
                            } catch (IOException e) {
                                log.line("its output cannot be read: " + e.getMessage());
                            }
                            if (stream.equals("out")) {
                                failUnannounced();
                            }
                        });
    }

    private boolean announces(String line) {
        if (announcement.isDone() || !line.startsWith("{")) {
            return false;
        }
        try {
            JsonNode said = Json.mapper().readTree(line);
            switch (Views.text(said, "event")) {
                case "ready" -> announcement.complete(said);
                case "failed" ->
                        announcement.completeExceptionally(
                                new CliException(
                                        ExitCode.FAILED,
                                        "%s did not start: %s"
                                                .formatted(name, Views.text(said, "message"))));
                default -> {
                    return false;
                }
            }
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private void failUnannounced() {
        if (announcement.isDone()) {
            return;
        }
        try {
            int exitCode = process.waitFor();
            announcement.completeExceptionally(
                    new CliException(
                            ExitCode.FAILED,
                            "%s did not start (exit code %d); its log %s ends with%n%s"
                                    .formatted(name, exitCode, log.file(), log.tail())));
        } catch (InterruptedException e) {
            announcement.cancel(false);
        }
    }
}
