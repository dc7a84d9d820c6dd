package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Stops a cron from firing. */
@Command(
        name = "pause",
        description = "Let a cron fire no more until it is resumed; runs under way go on.",
        footer = {"", "Example:", "  edge cron pause reports nightly"})
final class CronPauseCommand extends CronSubcommand {
    CronPauseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode cron = client().post(path().child("pause"), Map.of());
        if (output.form() == Output.Form.JSON) {
            output.json(cron);
        } else {
            output.line("%s is paused".formatted(name()));
        }
        return ExitCode.DONE;
    }
}
