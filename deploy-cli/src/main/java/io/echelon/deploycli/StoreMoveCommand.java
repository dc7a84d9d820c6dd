package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Moves a database to another shard of the store. */
@Command(
        name = "move",
        description = {
            "Move a database to another shard of the store while it is used. It can be read all the",
            "time; what changes it waits until it has been copied."
        },
        footer = {"", "Example:", "  edge store move acme/shop 1"})
final class StoreMoveCommand extends Subcommand {
    private static final long LOOK_MILLIS = 200;
    private static final long PATIENCE_MINUTES = 30;

    @Parameters(
            index = "0",
            paramLabel = "TENANT/DATABASE",
            description = "The database and whose it is.")
    private @Nullable String database;

    @Parameters(index = "1", paramLabel = "SHARD", description = "The shard's number, from 0.")
    private int shard;

    StoreMoveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String[] words = Parameter.given(database).split("/", -1);
        if (words.length != 2) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "\"%s\" names no database; it must be TENANT/DATABASE, such as acme/shop"
                            .formatted(database));
        }
        ApiClient client = ApiClient.of(Account.find(surroundings()));
        ApiPath path = ApiPath.of("store", "databases", words[0], words[1]);
        output.step("Moving %s to shard %d …".formatted(database, shard));
        client.post(path.child("move"), Map.of("shard", shard));
        JsonNode place = await(client, path);
        if (output.form() == Output.Form.JSON) {
            output.json(place);
        } else {
            output.line("%s is in shard %s".formatted(database, Views.text(place, "shard")));
        }
        return ExitCode.DONE;
    }

    private JsonNode await(ApiClient client, ApiPath path) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (System.nanoTime() - end < 0) {
            JsonNode place = client.get(path);
            if (place.path("shard").asInt() == shard && place.path("movingTo").isNull()) {
                return place;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new CliException(
                ExitCode.FAILED,
                "%s has not come to shard %d after %d minutes; the nodes' logs say why, and `edge store databases` when it has"
                        .formatted(database, shard, PATIENCE_MINUTES));
    }
}
