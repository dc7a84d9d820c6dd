package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;

/** Shows in which shards of the store databases lie. */
@Command(
        name = "databases",
        description =
                "Show in which shards of the store databases lie; those that are not shown have always been in shard 0.",
        footer = {"", "Example:", "  edge store databases"})
final class StoreDatabasesCommand extends Subcommand {
    StoreDatabasesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                ApiClient.of(Account.find(surroundings()))
                        .list(ApiPath.of("store", "databases"), "databases"),
                List.of("TENANT", "DATABASE", "SHARD", "MOVING TO"),
                place ->
                        List.of(
                                Views.text(place, "tenant"),
                                Views.text(place, "database"),
                                Views.text(place, "shard"),
                                Views.text(place, "movingTo")));
        return ExitCode.DONE;
    }
}
