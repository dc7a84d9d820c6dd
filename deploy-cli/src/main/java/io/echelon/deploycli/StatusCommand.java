package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.Json;
import java.util.List;
import picocli.CommandLine.Command;

/** Says whether the platform runs, and where. */
@Command(
        name = "status",
        description = "Say whether the platform runs, and where.",
        footer = {"", "Example:", "  edge status"})
final class StatusCommand extends Subcommand {
    StatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Account account = Account.find(surroundings());
        JsonNode platform = ApiClient.of(account).get(ApiPath.of("platform"));
        List<JsonNode> nodes = Views.items(platform, "nodes");
        if (output.form() == Output.Form.JSON) {
            ObjectNode status = Json.mapper().createObjectNode();
            status.put("control", account.control().toString());
            status.setAll(
                    platform instanceof ObjectNode view ? view : Json.mapper().createObjectNode());
            status.set("nodes", Json.mapper().valueToTree(nodes));
            output.json(status);
            return ExitCode.DONE;
        }
        output.line(
                "Echelon %s runs at %s, base domain %s, %d %s"
                        .formatted(
                                Views.text(platform, "version"),
                                account.control(),
                                Views.text(platform, "baseDomain"),
                                nodes.size(),
                                nodes.size() == 1 ? "node" : "nodes"));
        NodesCommand.print(output, nodes);
        return ExitCode.DONE;
    }
}
