package io.echelon.edgeruntime;

import io.echelon.kvstore.ratis.Member;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Has a new replica take the place of one that is lost: its node asks the nodes of the others, one
 * after the other and again, until that of the leader has had the group agree. Asking once more
 * after that changes nothing.
 */
final class ReplicaReplacement {
    /** Where nodes are asked, on the internal port. */
    static final String PATH = "/store/replacement";

    private static final Logger LOG = Logger.getLogger(ReplicaReplacement.class);
    private static final Duration PATIENCE = Duration.ofSeconds(110);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final long AGAIN_MILLIS = 300;

    /**
     * What is asked for.
     *
     * @param lost name of the replica that is lost
     * @param name that of the new one
     * @param address where the others reach it
     */
    record Request(String lost, String name, String address) {
        Member member() {
            return new Member(name, address);
        }
    }

    /** The shards of a node's store in which it is done; only those that the node leads. */
    record Answer(Set<Integer> shards) {
        Answer {
            shards = Set.copyOf(shards);
        }
    }

    private ReplicaReplacement() {}

    /**
     * Returns when the group of each shard has agreed, and the new replica has what the others
     * have.
     */
    static void ask(StoreMembers members, String lost, ClusterSecret secret) {
        byte[] body = Json.bytes(new Request(lost, members.self().id(), members.self().address()));
        long end = System.nanoTime() + PATIENCE.toNanos();
        Set<Integer> done = new HashSet<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() - end < 0) {
                for (URI node : members.voters()) {
                    done.addAll(ask(http, node, body, secret));
                    if (done.size() == members.shards()) {
                        LOG.infof(
                                "The replica %s has taken the place of %s",
                                members.self().id(), lost);
                        return;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The replica %s could not take the place of %s: none of %s leads the others and lets it in. Are all of them running?"
                        .formatted(members.self().id(), lost, members.voters()));
    }

    private static Set<Integer> ask(HttpClient http, URI node, byte[] body, ClusterSecret secret)
            throws InterruptedException {
        try {
            HttpResponse<byte[]> answer =
                    http.send(
                            HttpRequest.newBuilder(node.resolve(PATH))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .timeout(ANSWER)
                                    .header("authorization", "Bearer " + secret.value())
                                    .header("content-type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 == 2) {
                return Json.read(answer.body(), Answer.class).shards();
            }
            LOG.debugf(
                    "%s does not let this replica in yet: %s",
                    node, new String(answer.body(), StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            LOG.debugf("%s cannot be asked yet: %s", node, e.getMessage());
        }
        return Set.of();
    }
}
