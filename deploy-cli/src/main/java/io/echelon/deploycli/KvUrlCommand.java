package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a token, and prints what {@code Deno.openKv} needs to open the database from anywhere. */
@Command(
        name = "url",
        description = {
            "Make a token for a database, and print it with the address for Deno.openKv().",
            "The token is shown this once; `edge kv tokens` lists and revokes."
        },
        footer = {"", "Example:", "  edge kv url --db orders --json"})
final class KvUrlCommand extends KvSubcommand {
    @Option(names = "--read-only", description = "The token may read and watch, not write.")
    private boolean readOnly;

    KvUrlCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode made =
                client().post(
                                path().child("tokens"),
                                Map.of("access", readOnly ? "read" : "write"));
        if (output.form() == Output.Form.JSON) {
            output.json(made);
        } else {
            output.line("DENO_KV_ACCESS_TOKEN=" + Views.text(made, "token"));
            output.line(Views.text(made, "url"));
        }
        return ExitCode.DONE;
    }
}
