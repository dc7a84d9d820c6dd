package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says when a schedule fires. */
@Command(
        name = "explain",
        description = "Print the next times of a schedule.",
        footer = {"", "Example:", "  edge cron explain '30 2 * * *' --timezone Europe/Berlin"})
final class CronExplainCommand extends TenantSubcommand {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);
    private static final int COUNT_DEFAULT = 10;

    @Parameters(paramLabel = "SCHEDULE", description = "The schedule, in quotes.")
    private @Nullable String schedule;

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            description = "An IANA time zone; UTC unless given.")
    private @Nullable String timezone;

    @Option(
            names = "--deno",
            description = "Days of the week are numbered as in Deno.cron: 1 is Sunday.")
    private boolean deno;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            description = "Times after this one, such as 2026-03-29T00:00:00Z; now unless given.")
    private @Nullable String after;

    @Option(names = "--count", paramLabel = "N", description = "How many; 10 unless given.")
    private int count = COUNT_DEFAULT;

    CronExplainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("schedule", Parameter.given(schedule));
        parameters.put("weekdays", deno ? "deno" : "edge");
        parameters.put("count", Integer.toString(count));
        if (timezone != null) {
            parameters.put("timezone", timezone);
        }
        if (after != null) {
            parameters.put("after", after);
        }
        JsonNode explained = client().get(ApiPath.of("schedule").query(parameters));
        if (output.form() == Output.Form.JSON) {
            output.json(explained);
        } else {
            ZoneId zone = ZoneId.of(Views.text(explained, "timezone"));
            for (JsonNode time : Views.items(explained, "times")) {
                output.line(TIME.format(Instant.parse(time.asText()).atZone(zone)));
            }
        }
        return ExitCode.DONE;
    }
}
