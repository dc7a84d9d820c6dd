package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge members}: who may do what in a tenant. */
@Command(
        name = "members",
        description = "List, add and remove members of a tenant, and change their roles.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge members add ada@example.com --role developer"})
final class MembersCommand extends CommandGroup {
    private MembersCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new MembersCommand(surroundings))
                .addSubcommand(new MembersListCommand(surroundings))
                .addSubcommand(new MembersAddCommand(surroundings))
                .addSubcommand(new MembersRoleCommand(surroundings))
                .addSubcommand(new MembersRemoveCommand(surroundings));
    }
}
