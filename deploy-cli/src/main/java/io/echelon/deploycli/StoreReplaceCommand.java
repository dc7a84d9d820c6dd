package io.echelon.deploycli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a new replica take the place of one that lost its files. */
@Command(
        name = "replace",
        description = {
            "Give a node's replica of the store up for lost, and have a new one take its place with what",
            "the others have. The platform may run meanwhile; the node is started again."
        },
        footer = {
            "",
            "What is left of the lost one is deleted, and must not come back.",
            "",
            "Example:",
            "  edge store replace node-2"
        })
final class StoreReplaceCommand extends Subcommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "The node, such as node-2.")
    private @Nullable String node;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The platform's state; ~/.local/share/echelon unless given.")
    private @Nullable Path data;

    StoreReplaceCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Path path = data == null ? surroundings().defaultData() : surroundings().resolve(data);
        PlatformFolder folder = new PlatformFolder(path);
        String lost = Parameter.given(node);
        StoreReplicas.Seat seat = StoreReplicas.giveUp(folder, lost).seat(lost);
        RunningPlatform running = folder.running();
        boolean runs = running != null && running.supervisor().find().isPresent();
        if (runs) {
            output.step("Restarting %s with a new replica …".formatted(lost));
            RestartCommand.restart(folder, lost);
        }
        String before = seat.replaces();
        if (before != null) {
            WorkFolder.deleteAny(folder.store(lost, before));
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("node", lost);
        view.put("replica", seat.replica());
        view.put("running", runs);
        if (output.form() == Output.Form.JSON) {
            output.json(view);
        } else {
            output.line(
                    runs
                            ? "%s has a new replica, which has what the others have".formatted(lost)
                            : "%s gets a new replica when the platform is started".formatted(lost));
        }
        return ExitCode.DONE;
    }
}
