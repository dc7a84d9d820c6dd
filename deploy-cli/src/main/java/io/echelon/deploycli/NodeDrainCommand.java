package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Takes a node out of service. */
@Command(
        name = "drain",
        description = {
            "Take a node out of service: its health says so, it ends what it has begun, and the other",
            "nodes take its crons and messages. It stays in the platform and gets what is deployed."
        },
        footer = {"", "Example:", "  edge node drain node-2"})
final class NodeDrainCommand extends NodeSubcommand {
    private static final long PATIENCE_SECONDS = 45;

    NodeDrainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        ApiClient client = client();
        output.step("Draining %s …".formatted(node()));
        JsonNode order = client.post(path().child("drain"), Map.of());
        drained(client);
        if (output.form() == Output.Form.JSON) {
            output.json(order);
        } else {
            output.line(
                    "%s is drained; `edge node undrain %1$s` has it serve again".formatted(node()));
        }
        return ExitCode.DONE;
    }

    private void drained(ApiClient client) throws InterruptedException {
        if (!await(client, "drained"::equals, PATIENCE_SECONDS)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s is to drain, but has not done so after %d s; `edge nodes` shows when it has"
                            .formatted(node(), PATIENCE_SECONDS));
        }
    }
}
