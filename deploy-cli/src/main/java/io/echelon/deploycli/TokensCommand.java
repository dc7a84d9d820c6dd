package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge tokens}: what opens the API. */
@Command(
        name = "tokens",
        description = "List, make and revoke tokens of members and services.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example:",
            "  edge tokens create --label ci --right apps:deploy --app hello"
        })
final class TokensCommand extends CommandGroup {
    private TokensCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new TokensCommand(surroundings))
                .addSubcommand(new TokensListCommand(surroundings))
                .addSubcommand(new TokensCreateCommand(surroundings))
                .addSubcommand(new TokensRevokeCommand(surroundings));
    }
}
