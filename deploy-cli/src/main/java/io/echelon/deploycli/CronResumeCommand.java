package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lets a paused cron fire again. */
@Command(
        name = "resume",
        description = "Let a cron fire again; what it missed is not made up for.",
        footer = {"", "Example:", "  edge cron resume reports nightly"})
final class CronResumeCommand extends CronSubcommand {
    CronResumeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode cron = client().post(path().child("resume"), Map.of());
        if (output.form() == Output.Form.JSON) {
            output.json(cron);
        } else {
            output.line("%s fires again".formatted(name()));
        }
        return ExitCode.DONE;
    }
}
