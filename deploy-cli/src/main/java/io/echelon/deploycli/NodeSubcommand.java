package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A command about one node. */
abstract class NodeSubcommand extends Subcommand {
    private static final long LOOK_MILLIS = 300;

    @Parameters(index = "0", paramLabel = "NODE", description = "The node, such as node-2.")
    private @Nullable String node;

    NodeSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    String node() {
        return Parameter.given(node);
    }

    ApiClient client() {
        return ApiClient.of(Account.find(surroundings()));
    }

    ApiPath path() {
        return ApiPath.of("nodes", node());
    }

    /**
     * Waits for the node to be as it is to be.
     *
     * @param states what it may be; a node that is not alive has none and is waited for no longer
     * @return whether it is so in time
     */
    boolean await(ApiClient client, Predicate<String> states, long seconds)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - end < 0) {
            List<JsonNode> alive =
                    client.list(ApiPath.of("nodes"), "nodes").stream()
                            .filter(each -> Views.text(each, "id").equals(node()))
                            .toList();
            if (alive.isEmpty() || states.test(Views.text(alive.getFirst(), "state"))) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return false;
    }
}
