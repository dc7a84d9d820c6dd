package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the tokens of a database, and revokes one. */
@Command(
        name = "tokens",
        description = "List the tokens of a database, or revoke one.",
        footer = {"", "Example:", "  edge kv tokens --db orders --revoke 5f0c3a9b1e2d4c6f"})
final class KvTokensCommand extends KvSubcommand {
    @Option(
            names = "--revoke",
            paramLabel = "ID",
            description = "Revoke the token of this id: nothing is opened for it a second later.")
    private @Nullable String revoked;

    KvTokensCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        ApiPath tokens = path().child("tokens");
        if (revoked != null) {
            client().delete(tokens.child(revoked));
            output.note("Token %s is revoked.".formatted(revoked));
            return ExitCode.DONE;
        }
        List<JsonNode> found = client().list(tokens, "tokens");
        if (output.form() == Output.Form.JSON) {
            output.json(found);
        } else {
            output.table(
                    List.of("ID", "ACCESS", "CREATED"),
                    found.stream()
                            .map(
                                    token ->
                                            List.of(
                                                    Views.text(token, "id"),
                                                    Views.text(token, "access"),
                                                    Views.time(token, "createdAt")))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
