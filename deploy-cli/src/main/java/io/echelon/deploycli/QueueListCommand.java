package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists a tenant's queues that have messages. */
@Command(
        name = "list",
        description = "List the queues that have messages.",
        footer = {"", "Example:", "  edge queue list"})
final class QueueListCommand extends TenantSubcommand {
    QueueListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> queues =
                client().list(ApiPath.of("tenants", tenant().value(), "queues"), "queues");
        if (output.form() == Output.Form.JSON) {
            output.json(queues);
        } else {
            output.table(
                    List.of("DATABASE", "WAITING", "DELIVERING", "DEAD", "OLDEST DUE"),
                    queues.stream()
                            .map(
                                    queue ->
                                            List.of(
                                                    Views.text(queue, "database"),
                                                    Views.text(queue, "waiting"),
                                                    Views.text(queue, "delivering"),
                                                    Views.text(queue, "dead"),
                                                    Views.time(queue, "oldestDue")))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
