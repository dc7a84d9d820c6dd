package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists entries in the order of their keys. */
@Command(
        name = "list",
        description = "List entries in the order of their keys, 100 unless --limit says otherwise.",
        footer = {"", "Example:", "  edge kv list --app shop --prefix '[\"orders\"]' --limit 20"})
final class KvListCommand extends KvSubcommand {
    private static final int PART = 1_000;
    private static final int LIMIT_DEFAULT = 100;

    @Option(
            names = "--prefix",
            paramLabel = "KEY",
            description = "Keys below this one, a JSON array; all unless it is given.")
    private @Nullable String prefix;

    @Option(names = "--start", paramLabel = "KEY", description = "From this key on.")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "Before this key.")
    private @Nullable String end;

    @Option(names = "--limit", paramLabel = "N", description = "At most N entries.")
    private int limit = LIMIT_DEFAULT;

    @Option(names = "--reverse", description = "Last first.")
    private boolean reverse;

    KvListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        if (limit < 1) {
            throw new CliException(
                    ExitCode.WRONG_USAGE, "--limit is %d; it must be at least 1".formatted(limit));
        }
        ApiClient client = client();
        ApiPath entries = path().child("entries");
        List<JsonNode> found = new ArrayList<>();
        String cursor = "";
        boolean hasMore;
        do {
            Map<String, String> parameters = parameters(Math.min(PART, limit - found.size()));
            if (!cursor.isEmpty()) {
                parameters.put("cursor", cursor);
            }
            JsonNode part = client.get(entries.query(parameters));
            found.addAll(Views.items(part, "entries"));
            cursor = part.path("cursor").asText("");
            hasMore = part.path("cursor").isTextual();
        } while (hasMore && found.size() < limit);
        if (output.form() == Output.Form.JSON) {
            output.json(found);
        } else {
            for (JsonNode entry : found) {
                output.line("%s\t%s".formatted(entry.path("key"), entry.path("value")));
            }
            if (hasMore) {
                output.note("There may be more; --limit takes a larger number.");
            }
        }
        return ExitCode.DONE;
    }

    private Map<String, String> parameters(int count) {
        Map<String, String> parameters = new LinkedHashMap<>();
        put(parameters, "prefix", prefix);
        put(parameters, "start", start);
        put(parameters, "end", end);
        if (reverse) {
            parameters.put("reverse", "true");
        }
        parameters.put("limit", Integer.toString(count));
        return parameters;
    }

    private static void put(Map<String, String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}
