package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge tenants}: who the platform is shared by. */
@Command(
        name = "tenants",
        description = "List, make and delete tenants.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge tenants create acme"})
final class TenantsCommand extends CommandGroup {
    private TenantsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new TenantsCommand(surroundings))
                .addSubcommand(new TenantsListCommand(surroundings))
                .addSubcommand(new TenantsCreateCommand(surroundings))
                .addSubcommand(new TenantsDeleteCommand(surroundings));
    }
}
