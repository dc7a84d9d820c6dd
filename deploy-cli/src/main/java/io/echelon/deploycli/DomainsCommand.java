package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge domains}: the hosts of apps' own. */
@Command(
        name = "domains",
        description = "Have hosts of your own lead to an app.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge domains add shop www.example.com"})
final class DomainsCommand extends CommandGroup {
    private DomainsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new DomainsCommand(surroundings))
                .addSubcommand(new DomainsAddCommand(surroundings))
                .addSubcommand(new DomainsVerifyCommand(surroundings))
                .addSubcommand(new DomainsListCommand(surroundings))
                .addSubcommand(new DomainsSetCommand(surroundings))
                .addSubcommand(new DomainsCertificateCommand(surroundings))
                .addSubcommand(new DomainsRemoveCommand(surroundings));
    }
}
