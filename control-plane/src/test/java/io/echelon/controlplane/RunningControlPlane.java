package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged application as a process of its own. */
final class RunningControlPlane implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private RunningControlPlane(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static RunningControlPlane start(Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-jar"));
        command.add(
                Path.of(System.getProperty("basedir"), "target/quarkus-app/quarkus-run.jar")
                        .toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ECHELON_"));
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return new RunningControlPlane(builder.start());
    }

    /** The line by which the process says how its start ended; waits for it. */
    JsonNode announcement() throws IOException {
        String line = output.readLine();
        return Json.mapper().readTree(line == null ? "{}" : line);
    }

    /** What it still says on standard output, to its end. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            rest.append(line);
        }
        return rest.toString();
    }

    Process process() {
        return process;
    }

    /** Ends it as a crash does. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
