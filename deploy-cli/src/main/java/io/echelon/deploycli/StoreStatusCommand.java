package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Shows how the nodes that have the store are doing. */
@Command(
        name = "status",
        description =
                "Show who leads each shard of the store, how far each replica is, and how large its files are.",
        footer = {"", "Example:", "  edge store status"})
final class StoreStatusCommand extends Subcommand {
    private static final double MEGABYTE = 1024.0 * 1024;

    StoreStatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode answer = ApiClient.of(Account.find(surroundings())).get(ApiPath.of("store"));
        output.list(
                Views.items(answer, "replicas"),
                List.of(
                        "SHARD",
                        "NODE",
                        "REPLICA",
                        "ROLE",
                        "TERM",
                        "APPLIED",
                        "BEHIND",
                        "LOG MB",
                        "FILES MB"),
                replica -> {
                    JsonNode status = replica.path("status");
                    return List.of(
                            Views.text(replica, "shard"),
                            Views.text(replica, "node"),
                            Views.text(replica, "replica"),
                            Views.text(replica, "role"),
                            Views.text(status, "term"),
                            Views.text(status, "applied"),
                            Views.text(replica, "behind"),
                            megabytes(status.path("logBytes")),
                            megabytes(status.path("files").path("bytes")));
                });
        return ExitCode.DONE;
    }

    private static String megabytes(JsonNode bytes) {
        return bytes.isNumber() ? "%.1f".formatted(bytes.asLong() / MEGABYTE) : "-";
    }
}
