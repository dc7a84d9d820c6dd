package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge quota}: what tenants may take of the platform. */
@Command(
        name = "quota",
        description = "Show and set what tenants may take of the platform.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge quota show --tenant acme"})
final class QuotaCommand extends CommandGroup {
    private QuotaCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new QuotaCommand(surroundings))
                .addSubcommand(new QuotaShowCommand(surroundings))
                .addSubcommand(new QuotaSetCommand(surroundings));
    }
}
