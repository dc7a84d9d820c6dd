package io.echelon.deploycli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Revokes a token by which nodes join. */
@Command(
        name = "revoke",
        description = "Revoke a token by which nodes join; those that have joined by it stay.",
        footer = {"", "Example:", "  edge node revoke 5f0c3a9b1e2d4c6f"})
final class NodeRevokeCommand extends Subcommand {
    @Parameters(paramLabel = "ID", description = "The token's id, as `edge node tokens` has it.")
    private @Nullable String id;

    NodeRevokeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        ApiClient.of(Account.find(surroundings()))
                .delete(ApiPath.of("node-tokens", Parameter.given(id)));
        output.note("Token %s is revoked.".formatted(id));
        return ExitCode.DONE;
    }
}
