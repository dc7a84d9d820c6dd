package io.echelon.deploycli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Revokes a token. */
@Command(
        name = "revoke",
        description = "Revoke a token: the next request opens nothing with it.",
        footer = {"", "Example:", "  edge tokens revoke 5f0c3a9b1e2d4c6f"})
final class TokensRevokeCommand extends TenantSubcommand {
    @Parameters(paramLabel = "ID", description = "The token's id, as the list has it.")
    private @Nullable String id;

    TokensRevokeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        client().delete(tenantPath().child("tokens").child(Parameter.given(id)));
        output.note("Token %s is revoked.".formatted(id));
        return ExitCode.DONE;
    }
}
