package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import picocli.CommandLine.Command;

/** Compares what the replicas of the store have. */
@Command(
        name = "verify",
        description = {
            "Read all that every replica of the store has at one moment, and compare their checksums.",
            "The platform goes on meanwhile. Ends with 1 when they differ, or one could not be read."
        },
        footer = {"", "Example:", "  edge store verify"})
final class StoreVerifyCommand extends Subcommand {
    StoreVerifyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        output.step("Reading all replicas …");
        JsonNode answer;
        try (InputStream in =
                ApiClient.of(Account.find(surroundings())).stream(
                        ApiPath.of("store", "verification"), "application/json")) {
            answer = Json.mapper().readTree(in);
        }
        boolean equal = answer.path("equal").asBoolean();
        if (output.form() == Output.Form.JSON) {
            output.json(answer);
        } else {
            print(output, answer, equal);
        }
        return equal ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void print(Output output, JsonNode answer, boolean equal) {
        List<JsonNode> replicas = Views.items(answer, "replicas");
        output.table(
                List.of("NODE", "ENTRIES", "MESSAGES", "BYTES", "CHECKSUM"),
                replicas.stream().map(StoreVerifyCommand::row).toList());
        output.line(
                equal
                        ? replicas.size() == 1
                                ? "All files can be read; there is one copy"
                                : "All %d replicas have the same".formatted(replicas.size())
                        : "The replicas do not have the same, or not all could be read: what differs from the others is damaged; `edge store replace NODE` has it made anew");
    }

    private static List<String> row(JsonNode replica) {
        JsonNode digest = replica.path("digest");
        String checksum = Views.text(digest, "sha256");
        return List.of(
                Views.text(replica, "node"),
                Views.text(digest, "entries"),
                Views.text(digest, "messages"),
                Views.text(digest, "bytes"),
                digest.isObject() ? checksum : Views.text(replica, "failure"));
    }
}
