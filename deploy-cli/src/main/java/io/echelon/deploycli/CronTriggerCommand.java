package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a cron now. */
@Command(
        name = "trigger",
        description = "Run a cron now, and wait for its first attempt.",
        footer = {"", "Example:", "  edge cron trigger reports nightly --at 2026-03-29T01:30:00Z"})
final class CronTriggerCommand extends CronSubcommand {
    /** As long as a handler may take. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final long FIRST_PAUSE_MS = 100;
    private static final long LAST_PAUSE_MS = 2_000;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The scheduled time that the handler is told; now unless given.")
    private @Nullable String at;

    CronTriggerCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        if (at != null) {
            check(at);
        }
        ApiClient client = client();
        JsonNode triggered =
                client.post(
                        path().child("trigger"),
                        at == null ? Map.of() : Map.of("scheduledTime", at));
        JsonNode run = ended(client, Views.text(triggered, "fire"));
        if (run.isNull()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "Cron \"%s\" has not ended after %d s; `edge cron runs` shows how it goes on"
                            .formatted(name(), PATIENCE.toSeconds()));
        }
        boolean ok = Views.text(run, "outcome").equals("ok");
        if (output.form() == Output.Form.JSON) {
            output.json(run);
        } else {
            output.line(
                    "%s of %s: %s on %s, request %s%s"
                            .formatted(
                                    name(),
                                    Views.text(run, "scheduledTime"),
                                    Views.text(run, "outcome"),
                                    Views.text(run, "node"),
                                    Views.text(run, "requestId"),
                                    ok ? "" : ": " + Views.text(run, "detail")));
        }
        return ok ? ExitCode.DONE : ExitCode.FAILED;
    }

    private JsonNode ended(ApiClient client, String fire) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        while (System.nanoTime() - end < 0) {
            for (JsonNode run : Views.items(client.get(path().child("runs")), "runs")) {
                if (Views.text(run, "fire").equals(fire)
                        && !Views.text(run, "outcome").equals("running")) {
                    return run;
                }
            }
            Thread.sleep(pauseMs);
            pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 3 / 2);
        }
        return NullNode.getInstance();
    }

    private static void check(String time) {
        try {
            var _ = Instant.parse(time);
        } catch (DateTimeException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "--at \"%s\" is no time; write one such as 2026-03-29T01:30:00Z"
                            .formatted(time));
        }
    }
}
