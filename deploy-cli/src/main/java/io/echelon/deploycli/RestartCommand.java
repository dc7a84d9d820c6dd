package io.echelon.deploycli;

import io.echelon.deploycli.RunningPlatform.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Restarts the processes of the platform on this machine one after the other: each is asked to end,
 * its supervisor starts it again, and the next has its turn once it is ready.
 */
@Command(
        name = "restart",
        description =
                "Restart the nodes of the platform on this machine one after the other, then the control plane.",
        footer = {
            "",
            "A node that leaves tells its callers to go elsewhere and ends what is under way, so that",
            "with several nodes behind a balancer no request fails.",
            "",
            "Example:",
            "  edge restart"
        })
final class RestartCommand extends Subcommand {
    private static final long END_SECONDS = 45;
    private static final long READY_SECONDS = 120;
    private static final long LOOK_MILLIS = 100;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The platform's state; ~/.local/share/echelon unless given.")
    private @Nullable Path data;

    RestartCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Path path = data == null ? surroundings().defaultData() : surroundings().resolve(data);
        PlatformFolder folder = new PlatformFolder(path);
        RunningPlatform running = folder.required();
        if (running.supervisor().find().isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The platform on %s runs without its supervisor, so that nothing would start its processes again; stop it with edge down and start it with edge up"
                            .formatted(path));
        }
        List<String> nodes = running.nodes().stream().map(RunningPlatform.Node::id).toList();
        for (String node : nodes) {
            output.step("Restarting %s …".formatted(node));
            restart(folder, new Part(node));
        }
        output.step("Restarting the control plane …");
        restart(folder, new Part(null));
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("restarted", nodes));
        } else {
            output.line("Restarted " + String.join(", ", nodes) + " and the control plane");
        }
        return ExitCode.DONE;
    }

    /**
     * What is restarted.
     *
     * @param node null is the control plane
     */
    private record Part(@Nullable String node) {
        Identity process(RunningPlatform running) {
            return node == null
                    ? running.controlPlane()
                    : running.nodes().stream()
                            .filter(each -> each.id().equals(node))
                            .findFirst()
                            .orElseThrow()
                            .process();
        }

        @Override
        public String toString() {
            return node == null ? "The control plane" : node;
        }
    }

    /** Restarts a node of a running platform, and returns when it is ready again. */
    static void restart(PlatformFolder folder, String node)
            throws IOException, InterruptedException {
        restart(folder, new Part(node));
    }

    private static void restart(PlatformFolder folder, Part part)
            throws IOException, InterruptedException {
        Identity before = part.process(folder.required());
        before.end(END_SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (part.process(folder.required()).equals(before)) {
            if (System.nanoTime() - end > 0) {
                throw new CliException(
                        ExitCode.FAILED,
                        "%s was not ready again within %d s; its log in %s tells why, the others go on unchanged"
                                .formatted(part, READY_SECONDS, folder.path().resolve("logs")));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
