package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge node}: one node of the platform. */
@Command(
        name = "node",
        description = "Take a node out of service and back.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge node drain node-2"})
final class NodeCommand extends CommandGroup {
    private NodeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new NodeCommand(surroundings))
                .addSubcommand(new NodeDrainCommand(surroundings))
                .addSubcommand(new NodeUndrainCommand(surroundings));
    }
}
