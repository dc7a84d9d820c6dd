package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line as a user runs it: a process with arguments, output and an exit code. */
final class Edge {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The checkout under test; built before this module's tests run. */
    static final Path ROOT =
            Path.of(System.getProperty("echelon.root", "..")).toAbsolutePath().normalize();

    /** How a command ended. */
    record Result(int exitCode, String out, String err) {
        /** The last line of the output, which is what {@code --json} promises. */
        JsonNode json() throws IOException {
            List<String> lines = out.lines().filter(line -> !line.isBlank()).toList();
            return MAPPER.readTree(lines.isEmpty() ? "null" : lines.getLast());
        }

        @Override
        public String toString() {
            return "exit code %d%n%s%n%s".formatted(exitCode, out, err);
        }
    }

    private final Path home;
    private final Map<String, String> environment;
    private final List<String> prefix;

    /**
     * @param home an empty folder that stands for the user's own
     */
    Edge(Path home, Map<String, String> environment) {
        this(home, environment, List.of());
    }

    /**
     * @param prefix what the command begins with, as where to run it
     */
    Edge(Path home, Map<String, String> environment, List<String> prefix) {
        this.home = home;
        this.environment = Map.copyOf(environment);
        this.prefix = List.copyOf(prefix);
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        return run(PATIENCE, arguments);
    }

    /** Runs a command that may take so long. */
    Result run(Duration patience, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(ROOT.resolve("edge").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("LC_ALL", "C"); // of a machine where nobody chose a locale
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(patience)) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    String.join(" ", command) + " did not end: " + Files.readString(err));
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
