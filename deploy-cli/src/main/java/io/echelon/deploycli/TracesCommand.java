package io.echelon.deploycli;

import io.echelon.tenants.RevisionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the calls of an app that were traced. */
@Command(
        name = "traces",
        description = "List an app's calls that were traced, newest first.",
        footer = {"", "Example:", "  edge traces hello --slow 250"})
final class TracesCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Option(
            names = "--slow",
            paramLabel = "MS",
            description = "Only those that took so many milliseconds at least.")
    private @Nullable Integer slow;

    @Option(names = "--rev", paramLabel = "REV", description = "Those of one revision only.")
    private @Nullable String revision;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            description = "Those that ended so only: ok, exception, exceededCpu, ….")
    private @Nullable String outcome;

    @Option(
            names = "--request",
            paramLabel = "ID",
            description = "Those of one request only, by its x-echelon-request-id.")
    private @Nullable String request;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many at most, up to 1,000; 20 unless given.")
    private int limit = 20;

    TracesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", Integer.toString(limit));
        if (slow != null) {
            query.put("slowerMs", slow.toString());
        }
        if (revision != null) {
            RevisionId.parseLabel(revision);
            query.put("revision", revision);
        }
        if (outcome != null) {
            query.put("outcome", outcome);
        }
        if (request != null) {
            query.put("request", request);
        }
        output.list(
                Views.items(
                        client().get(app(Parameter.given(app)).child("traces").query(query)),
                        "traces"),
                List.of("TIME", "TRACE", "MS", "OUTCOME", "STATUS", "REVISION", "NODE", "CALL"),
                call ->
                        List.of(
                                Views.time(call, "start"),
                                Views.text(call, "traceId"),
                                Views.text(call, "durationMs"),
                                Views.text(call, "outcome"),
                                Views.text(call, "status"),
                                Views.text(call, "revision"),
                                Views.text(call, "node"),
                                Views.text(call, "name")));
        return ExitCode.DONE;
    }
}
