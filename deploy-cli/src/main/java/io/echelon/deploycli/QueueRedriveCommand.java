package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Has dead messages delivered again. */
@Command(
        name = "redrive",
        description = "Have all messages that were given up delivered again, as if they were new.",
        footer = {"", "Example:", "  edge queue redrive shop"})
final class QueueRedriveCommand extends QueueSubcommand {
    QueueRedriveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode moved = client().post(path().child("redrive"), Map.of());
        if (output.form() == Output.Form.JSON) {
            output.json(moved);
        } else {
            output.line("%s messages are due again".formatted(Views.text(moved, "messages")));
        }
        return ExitCode.DONE;
    }
}
