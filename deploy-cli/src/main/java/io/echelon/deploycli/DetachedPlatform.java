package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts a platform that goes on in the background after the command has ended. */
final class DetachedPlatform {
    private final Surroundings surroundings;
    private final PlatformFolder folder;

    DetachedPlatform(Surroundings surroundings, PlatformFolder folder) {
        this.surroundings = surroundings;
        this.folder = folder;
    }

    UpCommand.Started start(PlatformOptions options) throws IOException, InterruptedException {
        folder.prepare();
        Process supervisor =
                new ProcessBuilder(command(options))
                        .directory(folder.path().toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        try (BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(
                                        supervisor.getInputStream(), StandardCharsets.UTF_8));
                BufferedReader errors =
                        new BufferedReader(
                                new InputStreamReader(
                                        supervisor.getErrorStream(), StandardCharsets.UTF_8))) {
            String ready = said.readLine();
            RunningPlatform running = folder.running();
            if (ready != null && running != null) {
                return new UpCommand.Started(
                        running, Files.readString(folder.ownerToken()).strip());
            }
            throw failure(supervisor.waitFor(), String.join("\n", errors.lines().toList()));
        }
    }

    private static CliException failure(int exitNumber, String said) {
        ExitCode exitCode = ExitCode.FAILED;
        for (ExitCode known : ExitCode.values()) {
            if (known.number() == exitNumber && known != ExitCode.DONE) {
                exitCode = known;
            }
        }
        String message = said;
        try {
            JsonNode error =
                    Json.mapper()
                            .readTree(said.substring(Math.max(0, said.lastIndexOf("{\"error\""))));
            message = error.path("error").path("message").asText(said);
        } catch (IOException e) {
            // Whatever was said is shown as it is.
        }
        return new CliException(
                exitCode, message.isBlank() ? "The platform did not start" : message);
    }

    private List<String> command(PlatformOptions options) {
        List<String> command = Hangups.taken();
        command.addAll(ServerCommands.ownSession());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(AotCache.USED.of("edge", surroundings));
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dechelon.root=" + surroundings.root(),
                        "-Dechelon.cli=" + surroundings.program(),
                        "-cp",
                        surroundings.program().resolve("edge.jar").toString(),
                        Main.class.getName(),
                        "up",
                        "--json",
                        "--http=" + options.http(),
                        "--https=" + options.https(),
                        "--control=" + options.control(),
                        "--nodes=" + options.nodes(),
                        "--base=" + options.base(),
                        "--bind=" + options.bind(),
                        "--data=" + options.data()));
        if (options.cluster() != null) {
            command.add("--cluster=" + options.cluster());
        }
        if (options.shards() != null) {
            command.add("--shards=" + options.shards());
        }
        for (String network : options.egressAllow()) {
            command.add("--egress-allow=" + network);
        }
        return command;
    }
}
