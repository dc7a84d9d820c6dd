package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge secret}: an app's secrets, and the key that seals them. */
@Command(
        name = "secret",
        description = "Set and unset an app's secrets, and list their names.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge secret set hello API_KEY < key.txt"})
final class SecretCommand extends CommandGroup {
    private SecretCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new SecretCommand(surroundings))
                .addSubcommand(new SecretSetCommand(surroundings))
                .addSubcommand(new SecretUnsetCommand(surroundings))
                .addSubcommand(new SecretListCommand(surroundings))
                .addSubcommand(new SecretRotateCommand(surroundings));
    }
}
