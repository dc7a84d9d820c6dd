package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge store}: the platform's store and its replicas. */
@Command(
        name = "store",
        description = "Look after the platform's store and its replicas.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge store status"})
final class StoreCommand extends CommandGroup {
    private StoreCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new StoreCommand(surroundings))
                .addSubcommand(new StoreStatusCommand(surroundings))
                .addSubcommand(new StoreVerifyCommand(surroundings))
                .addSubcommand(new StoreReplaceCommand(surroundings))
                .addSubcommand(new StoreDatabasesCommand(surroundings))
                .addSubcommand(new StoreMoveCommand(surroundings));
    }
}
