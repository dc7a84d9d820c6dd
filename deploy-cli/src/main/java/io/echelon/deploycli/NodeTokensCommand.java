package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the tokens by which nodes join. */
@Command(
        name = "tokens",
        description = "List the tokens by which nodes of other machines join.",
        footer = {"", "Example:", "  edge node tokens"})
final class NodeTokensCommand extends Subcommand {
    NodeTokensCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> tokens =
                ApiClient.of(Account.find(surroundings()))
                        .list(ApiPath.of("node-tokens"), "tokens");
        if (output.form() == Output.Form.JSON) {
            output.json(tokens);
            return ExitCode.DONE;
        }
        output.table(
                List.of("TOKEN", "USES LEFT", "BY", "CREATED", "EXPIRES"),
                tokens.stream()
                        .map(
                                token ->
                                        List.of(
                                                Views.text(token, "id"),
                                                token.path("uses").asText(),
                                                Views.text(token, "createdBy"),
                                                Views.time(token, "createdAt"),
                                                Views.time(token, "expiresAt")))
                        .toList());
        return ExitCode.DONE;
    }
}
