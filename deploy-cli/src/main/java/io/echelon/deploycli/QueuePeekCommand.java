package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows messages without taking them. */
@Command(
        name = "peek",
        description = "Show messages in the order in which they are due, without taking them.",
        footer = {"", "Example:", "  edge queue peek shop --dead --limit 5"})
final class QueuePeekCommand extends QueueSubcommand {
    private static final int LIMIT_DEFAULT = 20;

    @Option(names = "--dead", description = "Those that were given up, in place of those to come.")
    private boolean dead;

    @Option(names = "--limit", paramLabel = "N", description = "At most N messages, up to 100.")
    private int limit = LIMIT_DEFAULT;

    QueuePeekCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("part", dead ? "dead" : "live");
        parameters.put("limit", Integer.toString(limit));
        JsonNode look = client().get(path().query(parameters));
        List<JsonNode> messages = Views.items(look, "messages");
        if (output.form() == Output.Form.JSON) {
            output.json(messages);
            return ExitCode.DONE;
        }
        output.table(
                List.of("ID", "STATE", dead ? "DIED" : "DUE", "ATTEMPTS", "VALUE"),
                messages.stream()
                        .map(
                                message ->
                                        List.of(
                                                Views.text(message, "id"),
                                                Views.text(message, "state"),
                                                Views.time(message, "due"),
                                                Views.text(message, "attempts"),
                                                message.path("value").toString()))
                        .toList());
        return ExitCode.DONE;
    }
}
