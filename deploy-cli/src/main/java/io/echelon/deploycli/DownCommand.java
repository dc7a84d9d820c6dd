package io.echelon.deploycli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the platform on this machine. */
@Command(
        name = "down",
        description = "Stop the platform on this machine; its state stays.",
        footer = {"", "Example:", "  edge down"})
final class DownCommand extends Subcommand {
    private static final long SUPERVISOR_GRACE_SECONDS = 120;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The platform's state; ~/.local/share/echelon unless given.")
    private @Nullable Path data;

    DownCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Path path = data == null ? surroundings().defaultData() : surroundings().resolve(data);
        PlatformFolder folder = new PlatformFolder(path);
        boolean stopped = Files.isDirectory(path) && stop(folder, output);
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("stopped", stopped));
        } else {
            output.line(
                    (stopped ? "The platform on %s is stopped" : "No platform runs on %s")
                            .formatted(path));
        }
        return ExitCode.DONE;
    }

    private static boolean stop(PlatformFolder folder, Output output)
            throws IOException, InterruptedException {
        RunningPlatform running = folder.running();
        if (running == null) {
            try (FileChannel lock = folder.tryLock()) {
                if (lock == null) {
                    throw new CliException(
                            ExitCode.FAILED,
                            "The platform on %s is just starting or stopping; try again in a few seconds"
                                    .formatted(folder.path()));
                }
            }
            return false;
        }
        output.step("Stopping the platform on %s …".formatted(folder.path()));
        boolean supervised = running.supervisor().end(SUPERVISOR_GRACE_SECONDS);
        boolean orphaned = running.endServers();
        folder.clear();
        return supervised || orphaned;
    }
}
