package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a platform of another machine, through a program of the node's, to have this node. */
final class Joining {
    private final Surroundings surroundings;
    private final PlatformFolder folder;

    Joining(Surroundings surroundings, PlatformFolder folder) {
        this.surroundings = surroundings;
        this.folder = folder;
    }

    /**
     * Joins by a token.
     *
     * @param name what the node is to be called; null leaves that to the platform
     */
    Joined by(String token, String control, @Nullable String name, JoinedOptions own)
            throws IOException, InterruptedException {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("token", token);
        asked.put("control", control);
        if (name != null) {
            asked.put("node", name);
        }
        asked.put("address", own.address());
        return ask(asked);
    }

    /** What the platform says to a node that joined before. */
    Joined again() throws IOException, InterruptedException {
        return ask(new LinkedHashMap<>());
    }

    private Joined ask(Map<String, Object> asked) throws IOException, InterruptedException {
        asked.put("folder", folder.identity().toString());
        Path log = folder.log("join");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                NodeJvm.classPath(surroundings.root()),
                                "io.echelon.edgeruntime.JoinMain")
                        .redirectError(log.toFile())
                        .start();
        Thread stop = new Thread(process::destroyForcibly, "join-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(Json.bytes(asked)); // not as an argument, which others could read
            }
            byte[] said = process.getInputStream().readAllBytes();
            int exitCode = process.waitFor();
            if (exitCode == 0) {
                return Json.read(said, Joined.class);
            }
            throw failure(said, exitCode, log);
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
        }
    }

    private static CliException failure(byte[] said, int exitCode, Path log) throws IOException {
        if (new String(said, StandardCharsets.UTF_8).startsWith("{\"error\"")) {
            JsonNode error = Json.mapper().readTree(said).path("error");
            return new CliException(
                    ExitCode.of(ErrorCode.valueOf(error.path("code").asText())),
                    error.path("message").asText());
        }
        return new CliException(
                ExitCode.FAILED,
                "The program that joins ended with exit code %d; %s says why"
                        .formatted(exitCode, log));
    }
}
