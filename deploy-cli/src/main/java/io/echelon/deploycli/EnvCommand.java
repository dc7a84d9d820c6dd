package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge env}: an app's variables. */
@Command(
        name = "env",
        description = "Set, unset and list an app's variables.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge env set hello MODE=prod"})
final class EnvCommand extends CommandGroup {
    private EnvCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new EnvCommand(surroundings))
                .addSubcommand(new EnvSetCommand(surroundings))
                .addSubcommand(new EnvUnsetCommand(surroundings))
                .addSubcommand(new EnvListCommand(surroundings))
                .addSubcommand(new EnvLoadCommand(surroundings));
    }
}
