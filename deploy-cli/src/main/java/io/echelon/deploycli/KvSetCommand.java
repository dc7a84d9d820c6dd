package io.echelon.deploycli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an entry. */
@Command(
        name = "set",
        description = "Write an entry, whatever was there.",
        footer = {
            "",
            "Examples:",
            "  edge kv set --app shop '[\"orders\",1]' '{\"paid\":true}' --expire-in 1h",
            "  edge kv set --db counters '[\"visits\"]' '{\"$u64\":\"0\"}'"
        })
final class KvSetCommand extends KvSubcommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key, a JSON array.")
    private @Nullable String key;

    @Parameters(index = "1", paramLabel = "VALUE", description = "The value, JSON.")
    private @Nullable String value;

    @Option(
            names = "--expire-in",
            paramLabel = "TIME",
            description = "When the entry goes: 500 (milliseconds), 30s, 10m, 1h, 7d.")
    private @Nullable String expireIn;

    KvSetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String json = Parameter.given(value);
        try {
            Json.mapper()
                    .readerFor(JsonNode.class)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(json);
        } catch (JsonProcessingException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "VALUE is not JSON: %s. A string needs quotes of its own: '\"text\"'"
                            .formatted(e.getOriginalMessage()),
                    e);
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("key", Parameter.given(key));
        if (expireIn != null) {
            parameters.put("expireIn", Long.toString(Span.millis("--expire-in", expireIn)));
        }
        JsonNode written =
                client().put(
                                path().child("entry").query(parameters),
                                json.getBytes(StandardCharsets.UTF_8));
        output.line(
                output.form() == Output.Form.JSON
                        ? written.toString()
                        : "%s is written".formatted(written.path("key")));
        return ExitCode.DONE;
    }
}
