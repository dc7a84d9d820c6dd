package io.echelon.deploycli;

import io.echelon.deploycli.RunningPlatform.Identity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final long ORPHAN_GRACE_SECONDS = 35;

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
        boolean any = end(running.supervisor(), SUPERVISOR_GRACE_SECONDS);
        List<Identity> orphans = new ArrayList<>();
        orphans.add(running.controlPlane());
        running.nodes().reversed().forEach(node -> orphans.add(node.process()));
        for (Identity orphan : orphans) {
            any |= end(orphan, ORPHAN_GRACE_SECONDS);
        }
        folder.clear();
        return any;
    }

    /** Ends a process, first by asking; answers whether there was one. */
    private static boolean end(Identity identity, long graceSeconds) throws InterruptedException {
        ProcessHandle process = identity.find().orElse(null);
        if (process == null) {
            return false;
        }
        process.destroy();
        try {
            process.onExit().get(graceSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }
}
