package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists an app's crons. */
@Command(
        name = "list",
        description = "List the crons of the revision that an app serves.",
        footer = {"", "Example:", "  edge cron list reports"})
final class CronListCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    CronListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> crons =
                Views.items(client().get(app(Parameter.given(app)).child("crons")), "crons");
        if (output.form() == Output.Form.JSON) {
            output.json(crons);
        } else {
            output.table(
                    List.of("NAME", "SCHEDULE", "TIME ZONE", "STATE", "NEXT", "LAST", "OUTCOME"),
                    crons.stream()
                            .map(
                                    cron ->
                                            List.of(
                                                    Views.text(cron, "name"),
                                                    Views.text(cron, "schedule"),
                                                    Views.text(cron, "timezone"),
                                                    Views.text(cron, "state"),
                                                    Views.time(cron, "next"),
                                                    Views.time(cron.path("last"), "scheduledTime"),
                                                    Views.text(cron.path("last"), "outcome")))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
