package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes an entry. */
@Command(
        name = "delete",
        description = "Delete the entry of a key, if there is one.",
        footer = {"", "Example:", "  edge kv delete --app shop '[\"orders\",1]'"})
final class KvDeleteCommand extends KvSubcommand {
    @Parameters(paramLabel = "KEY", description = "The key, a JSON array.")
    private @Nullable String key;

    KvDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode deleted =
                client().delete(path().child("entry").query(Map.of("key", Parameter.given(key))));
        output.line(
                output.form() == Output.Form.JSON
                        ? deleted.toString()
                        : "%s is deleted".formatted(deleted.path("key")));
        return ExitCode.DONE;
    }
}
