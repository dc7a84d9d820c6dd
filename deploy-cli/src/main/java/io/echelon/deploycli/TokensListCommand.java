package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;

/** Lists tokens. */
@Command(
        name = "list",
        description = "List the tokens of a tenant; their secrets are not told.",
        footer = {"", "Example:", "  edge tokens list"})
final class TokensListCommand extends TenantSubcommand {

    TokensListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                client().list(tenantPath().child("tokens"), "tokens"),
                List.of("ID", "LABEL", "MEMBER", "APP", "RIGHTS", "EXPIRES", "USED"),
                token ->
                        List.of(
                                Views.text(token, "id"),
                                Views.text(token, "label"),
                                Views.text(token, "member"),
                                Views.text(token, "app"),
                                Views.words(token, "rights"),
                                Views.time(token, "expiresAt"),
                                Views.time(token, "lastUsedAt")));
        return ExitCode.DONE;
    }
}
