package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the last runs of a cron. */
@Command(
        name = "runs",
        description = "List the last runs of a cron, newest first.",
        footer = {"", "Example:", "  edge cron runs reports nightly --limit 20"})
final class CronRunsCommand extends CronSubcommand {
    private static final int LIMIT_DEFAULT = 100;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most N, 1 to 1000; 100 unless given.")
    private int limit = LIMIT_DEFAULT;

    CronRunsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> runs =
                Views.items(
                        client().get(
                                        path().child("runs")
                                                .query(Map.of("limit", Integer.toString(limit)))),
                        "runs");
        if (output.form() == Output.Form.JSON) {
            runs.forEach(output::json);
        } else {
            output.table(
                    List.of("SCHEDULED", "STARTED", "OUTCOME", "NODE", "ATTEMPT", "REQUEST"),
                    runs.stream()
                            .map(
                                    run ->
                                            List.of(
                                                    Views.text(run, "scheduledTime"),
                                                    Views.text(run, "startedAt"),
                                                    Views.text(run, "outcome"),
                                                    Views.text(run, "node"),
                                                    Views.text(run, "attempt"),
                                                    Views.text(run, "requestId")))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
