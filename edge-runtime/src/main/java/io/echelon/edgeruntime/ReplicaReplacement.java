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
import java.time.Duration;
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

    private ReplicaReplacement() {}

    /** Returns when the group has agreed, and the new replica has what the others have. */
    static void ask(StoreMembers members, String lost, ClusterSecret secret) {
        byte[] body = Json.bytes(new Request(lost, members.self().id(), members.self().address()));
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() - end < 0) {
                for (URI node : members.voters()) {
                    if (isDone(http, node, body, secret)) {
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

    private static boolean isDone(HttpClient http, URI node, byte[] body, ClusterSecret secret)
            throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(node.resolve(PATH))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .timeout(ANSWER)
                                    .header("authorization", "Bearer " + secret.value())
                                    .header("content-type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 == 2) {
                return true;
            }
            LOG.debugf("%s does not let this replica in yet: %s", node, answer.body());
        } catch (IOException e) {
            LOG.debugf("%s cannot be asked yet: %s", node, e.getMessage());
        }
        return false;
    }
}
