package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import io.echelon.tenants.RevisionId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what an app's functions have logged. */
@Command(
        name = "logs",
        description = "Print what an app has logged.",
        footer = {"", "Example:", "  edge logs hello -f --since 1h"})
final class LogsCommand extends TenantSubcommand {
    private static final Pattern SINCE =
            Pattern.compile("[0-9]+(ms|s|m|h|d)|[0-9]{4}-[0-9]{2}-[0-9]{2}T.*");

    private enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing new lines.")
    private boolean follow;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Lines from then on: 30s, 10m, 1h, 2d, or 2026-01-31T12:00:00Z.")
    private @Nullable String since;

    @Option(names = "--rev", paramLabel = "REV", description = "Lines of one revision only.")
    private @Nullable String revision;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "Lines of this level and above: debug, info, warn, error.")
    private @Nullable Level level;

    @Option(names = "--limit", paramLabel = "N", description = "At most the last N lines.")
    private @Nullable Integer limit;

    LogsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        ApiPath path = app(Parameter.given(app)).child("logs").query(parameters());
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                client().stream(path, "application/x-ndjson"),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    output.line(output.form() == Output.Form.JSON ? line : readable(line));
                }
            }
        }
        return ExitCode.DONE;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (since != null) {
            if (!SINCE.matcher(since).matches()) {
                throw new CliException(
                        ExitCode.WRONG_USAGE,
                        "--since \"%s\" is no time; write 30s, 10m, 1h, 2d or 2026-01-31T12:00:00Z"
                                .formatted(since));
            }
            parameters.put("since", since);
        }
        if (revision != null) {
            RevisionId.parseLabel(revision);
            parameters.put("rev", revision);
        }
        if (level != null) {
            parameters.put("level", level.name().toLowerCase(Locale.ROOT));
        }
        if (limit != null) {
            parameters.put("limit", limit.toString());
        }
        if (follow) {
            parameters.put("follow", "true");
        }
        return parameters;
    }

    private static String readable(String line) throws IOException {
        JsonNode log = Json.mapper().readTree(line);
        return "%s %-5s %s %s  %s"
                .formatted(
                        Views.text(log, "time"),
                        Views.text(log, "level"),
                        Views.text(log, "revision"),
                        Views.text(log, "requestId"),
                        Views.text(log, "message"));
    }
}
