package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what an app did of one trace, each span below the one that it is part of. */
@Command(
        name = "trace",
        description = "Print what an app did of one trace.",
        footer = {"", "Example:", "  edge trace hello 4bf92f3577b34da6a3ce929d0e0e4736"})
final class TraceCommand extends TenantSubcommand {
    private static final int BAR_CHARS = 24;
    private static final int DEPTH_MAX = 16;

    /** What is said of a span beside its name, when it has it. */
    private static final List<String> TOLD =
            List.of(
                    "url.path",
                    "server.address",
                    "db.namespace",
                    "http.response.status_code",
                    "echelon.isolate",
                    "error.type");

    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(index = "1", paramLabel = "ID", description = "The trace's id, of `edge traces`.")
    private @Nullable String id;

    TraceCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode trace =
                client().get(app(Parameter.given(app)).child("traces").child(Parameter.given(id)));
        if (output.form() == Output.Form.JSON) {
            output.json(trace);
            return ExitCode.DONE;
        }
        List<List<String>> rows = new ArrayList<>();
        List<JsonNode> spans = Views.items(trace, "spans");
        Set<String> ids = new HashSet<>();
        spans.forEach(span -> ids.add(Views.text(span, "spanId")));
        for (JsonNode span : spans) {
            if (!ids.contains(Views.text(span, "parentSpanId"))) {
                add(rows, spans, span, 0, trace.path("durationMs").asDouble());
            }
        }
        output.table(List.of("AFTER MS", "TOOK MS", "", "SPAN"), rows);
        return ExitCode.DONE;
    }

    private static void add(
            List<List<String>> rows, List<JsonNode> spans, JsonNode span, int depth, double all) {
        rows.add(
                List.of(
                        Views.text(span, "offsetMs"),
                        Views.text(span, "durationMs"),
                        bar(span, all),
                        "  ".repeat(depth) + words(span)));
        if (depth < DEPTH_MAX) {
            for (JsonNode part : spans) {
                if (Views.text(part, "parentSpanId").equals(Views.text(span, "spanId"))) {
                    add(rows, spans, part, depth + 1, all);
                }
            }
        }
    }

    private static String bar(JsonNode span, double all) {
        double scale = all > 0 ? BAR_CHARS / all : 0;
        int begin = (int) Math.min(BAR_CHARS - 1, span.path("offsetMs").asDouble() * scale);
        int length = (int) Math.max(1, Math.round(span.path("durationMs").asDouble() * scale));
        return ".".repeat(begin) + "=".repeat(Math.min(length, BAR_CHARS - begin));
    }

    private static String words(JsonNode span) {
        StringBuilder words = new StringBuilder(Views.text(span, "name"));
        for (String name : TOLD) {
            JsonNode value = span.path("attributes").path(name);
            if (!value.isMissingNode()) {
                words.append(' ').append(value.asText());
            }
        }
        return words.toString();
    }
}
