package io.echelon.controlplane;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class QueueTest extends ControlPlaneTest {
    @Inject KvStore store;

    private final String name = "db-" + UUID.randomUUID();
    private final DatabaseRef ref = new DatabaseRef(TenantName.DEFAULT, name);

    private String base() {
        return "/api/v1/tenants/default/databases/%s/queue".formatted(name);
    }

    private KvDatabase database() {
        return store.database(ref.storeName());
    }

    private void send(String v8, Instant due) {
        var _ =
                database()
                        .commit(
                                AtomicWrite.builder()
                                        .enqueue(
                                                new Enqueue(
                                                        new KvValue.V8(HexFormat.of().parseHex(v8)),
                                                        due,
                                                        List.of(),
                                                        List.of()))
                                        .build())
                        .join();
    }

    private void failAll() {
        KvQueue queue = database().queue().orElseThrow();
        queue.claim(10, Duration.ofMinutes(1))
                .join()
                .forEach(
                        message ->
                                queue.settle(
                                                List.of(
                                                        new QueueSettlement.Retry(
                                                                message.receipt(), null)))
                                        .join());
    }

    @Test
    void showsWhatWaitsAndWhatDied() {
        api().get(base()).then().statusCode(200).body("messages", hasSize(0));
        send("ff0f4902", Instant.EPOCH);
        failAll();
        send("ff0f22036f6e65", Instant.now().plusSeconds(3_600));
        api().get(base())
                .then()
                .body("queue.database", equalTo(name))
                .body("queue.waiting", equalTo(1))
                .body("queue.delivering", equalTo(0))
                .body("queue.dead", equalTo(1))
                .body("messages.value", contains("one"))
                .body("messages[0].state", equalTo("waiting"))
                .body("messages[0].attempts", equalTo(0))
                .body("messages[0].id", matchesPattern("[0-9a-f]{24}"));
        api().queryParam("part", "dead")
                .get(base())
                .then()
                .body("messages.value", contains(1))
                .body("messages[0].state", equalTo("dead"));
    }

    @Test
    void redrivesAndPurges() {
        send("ff0f4902", Instant.EPOCH);
        send("ff0f4904", Instant.EPOCH);
        failAll();
        api().post(base() + "/redrive").then().statusCode(200).body("messages", equalTo(2));
        api().post(base() + "/redrive").then().body("messages", equalTo(0));
        failAll();
        send("ff0f4906", Instant.now());
        api().queryParam("part", "dead").delete(base()).then().body("messages", equalTo(2));
        api().queryParam("part", "live").delete(base()).then().body("messages", equalTo(1));
        api().get(base()).then().body("queue.oldestDue", nullValue());
    }

    @Test
    void listsQueuesOfDatabasesThatAreKnown() {
        send("ff0f4902", Instant.now());
        json("1")
                .queryParam("key", "[1]")
                .put("/api/v1/tenants/default/databases/%s/entry".formatted(name));
        api().get("/api/v1/tenants/default/queues")
                .then()
                .body("queues.find { it.database == '%s' }.waiting".formatted(name), equalTo(1));
    }

    @Test
    void deletingADatabaseDeletesItsMessages() {
        send("ff0f4902", Instant.now());
        api().delete("/api/v1/tenants/default/databases/" + name).then().statusCode(204);
        api().get(base()).then().body("queue.waiting", equalTo(0));
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        api().queryParam("part", "all")
                .delete(base())
                .then()
                .statusCode(400)
                .body("error.message", equalTo("part is \"all\"; it must be live or dead"));
        api().delete(base()).then().statusCode(400).body("error.message", containsString("part"));
        api().queryParam("limit", 101).get(base()).then().statusCode(400);
    }
}
