package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the value of a key. */
@Command(
        name = "get",
        description = "Print the value of a key; the exit code is 4 when there is none.",
        footer = {"", "Example:", "  edge kv get --app shop '[\"orders\",1]'"})
final class KvGetCommand extends KvSubcommand {
    @Parameters(paramLabel = "KEY", description = "The key, a JSON array.")
    private @Nullable String key;

    KvGetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode entry =
                client().get(path().child("entry").query(Map.of("key", Parameter.given(key))));
        output.json(output.form() == Output.Form.JSON ? entry : entry.path("value"));
        return ExitCode.DONE;
    }
}
