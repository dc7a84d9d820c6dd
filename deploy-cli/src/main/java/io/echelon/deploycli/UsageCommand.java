package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what a tenant or an app has used. */
@Command(
        name = "usage",
        description = "Print what a tenant or one of its apps has used, over time.",
        footer = {"", "Example:", "  edge usage --app hello --since 7d --step day"})
final class UsageCommand extends TenantSubcommand {
    private static final List<String> HEADINGS =
            List.of(
                    "REQUESTS",
                    "FAILED",
                    "CPU s",
                    "GB-s",
                    "OUT MB",
                    "IN MB",
                    "COLD",
                    "KV READS",
                    "KV WRITES",
                    "KV GB-H",
                    "P50 ms",
                    "P99 ms");

    private enum Step {
        MINUTE,
        HOUR,
        DAY
    }

    @Option(names = "--app", paramLabel = "A", description = "That of one app only.")
    private @Nullable String app;

    @Option(names = "--rev", paramLabel = "REV", description = "That of one of its revisions only.")
    private @Nullable String revision;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "From then on: 30m, 24h, 7d, or 2026-01-31T12:00:00Z; 24h unless given.")
    private String since = "24h";

    @Option(
            names = "--step",
            paramLabel = "STEP",
            description =
                    "minute (kept for 3 hours), hour (35 days) or day (400 days); hour unless given.")
    private Step step = Step.HOUR;

    @Option(names = "--by-app", description = "Print each app's total instead of every step's.")
    private boolean byApp;

    @Option(names = "--csv", description = "Print comma-separated values.")
    private boolean csv;

    UsageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Map<String, String> query = query();
        ApiPath path = tenantPath().child("usage");
        if (csv) {
            try (InputStream lines = client().stream(path.query(query), "text/csv")) {
                String text = new String(lines.readAllBytes(), StandardCharsets.UTF_8);
                text.lines().forEach(output::line);
            }
            return ExitCode.DONE;
        }
        JsonNode usage = byApp ? allSeries(path, query) : client().get(path.query(query));
        switch (output.form()) {
            case JSON -> output.json(usage);
            case TEXT -> output.table(headings(), rows(usage));
        }
        return ExitCode.DONE;
    }

    private Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        if (app != null) {
            query.put("app", new AppName(app).value());
        }
        if (revision != null) {
            query.put("revision", "v" + RevisionId.parseLabel(revision));
        }
        query.put("from", since);
        query.put("step", step.name().toLowerCase(Locale.ROOT));
        if (byApp) {
            query.put("groupBy", "app");
        }
        return query;
    }

    private JsonNode allSeries(ApiPath path, Map<String, String> query)
            throws InterruptedException {
        JsonNode first = client().get(path.query(query));
        JsonNode page = first;
        while (page.path("cursor").isTextual()) {
            query.put("cursor", page.path("cursor").asText());
            page = client().get(path.query(query));
            ((ArrayNode) first.path("series")).addAll(Views.items(page, "series"));
        }
        return ((ObjectNode) first).putNull("cursor");
    }

    private List<String> headings() {
        List<String> headings = new ArrayList<>(List.of(byApp ? "APP" : "TIME"));
        headings.addAll(HEADINGS);
        return headings;
    }

    private List<List<String>> rows(JsonNode usage) {
        List<List<String>> rows = new ArrayList<>();
        if (byApp) {
            usage.path("series")
                    .forEach(one -> rows.add(row(Views.text(one, "app"), one.path("total"))));
        } else {
            usage.path("points").forEach(point -> rows.add(row(Views.time(point, "time"), point)));
        }
        rows.add(row("total", usage.path("total")));
        return rows;
    }

    private static List<String> row(String name, JsonNode point) {
        long requests = point.path("requests").asLong();
        return List.of(
                name,
                Long.toString(requests),
                Long.toString(requests - point.path("outcomes").path("ok").asLong()),
                decimal(point.path("cpuMs").asDouble() / 1_000),
                decimal(point.path("gbMs").asDouble() / 1_000),
                decimal(point.path("egressBytes").asDouble() / 1_000_000),
                decimal(point.path("ingressBytes").asDouble() / 1_000_000),
                Views.text(point, "coldStarts"),
                Views.text(point, "kvReads"),
                Views.text(point, "kvWrites"),
                decimal(point.path("kvGbHours").asDouble()),
                decimal(point.path("p50Ms").asDouble()),
                decimal(point.path("p99Ms").asDouble()));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
