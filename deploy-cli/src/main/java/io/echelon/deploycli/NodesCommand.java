package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the platform's live nodes. */
@Command(
        name = "nodes",
        description = "List the platform's live nodes.",
        footer = {"", "Example:", "  edge nodes"})
final class NodesCommand extends Subcommand {
    NodesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> nodes =
                ApiClient.of(Account.find(surroundings())).list(ApiPath.of("nodes"), "nodes");
        if (output.form() == Output.Form.JSON) {
            output.json(nodes);
        } else {
            print(output, nodes);
        }
        return ExitCode.DONE;
    }

    static void print(Output output, List<JsonNode> nodes) {
        output.table(
                List.of("NODE", "STATE", "HTTP", "HTTPS", "STARTED", "VERSION"),
                nodes.stream()
                        .map(
                                node ->
                                        List.of(
                                                Views.text(node, "id"),
                                                Views.text(node, "state"),
                                                Views.text(node, "http"),
                                                Views.text(node, "https"),
                                                Views.time(node, "startedAt"),
                                                Views.text(node, "version")))
                        .toList());
    }
}
