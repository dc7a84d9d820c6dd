package io.echelon.controlplane;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class NodesTest extends ControlPlaneTest {
    private static final String NODES = "/api/v1/nodes";

    @AfterEach
    void forgetOrders() {
        database.deleteAll(SystemRows.nodeOrders());
    }

    @Test
    void drainsANodeOnceAndHasItServeAgain() {
        String since =
                api().post(NODES + "/node-1/drain")
                        .then()
                        .statusCode(200)
                        .body("node", equalTo("node-1"))
                        .extract()
                        .path("since");
        api().post(NODES + "/node-1/drain").then().statusCode(200).body("since", equalTo(since));
        api().get(NODES).then().body("nodes.state", contains("draining"));
        api().get("/api/v1/platform").then().body("nodes.state", contains("draining"));
        api().get("/api/v1/tenants/default/audit?limit=5")
                .then()
                .body("changes.action", hasItem("nodes.drain"));
        api().post(NODES + "/node-1/undrain").then().statusCode(204);
        api().post(NODES + "/node-1/undrain").then().statusCode(204);
        api().get(NODES).then().body("nodes.state", contains("ready"));
    }

    @Test
    void namesTheNodesThatThereAreWhenItKnowsNone() {
        api().post(NODES + "/node-9/drain")
                .then()
                .statusCode(404)
                .body("error.message", containsString("the nodes are node-1"));
        api().post(NODES + "/NODE/undrain").then().statusCode(404);
    }

    @Test
    void aNodeThatWasRemovedDoesNotComeBack() {
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.nodeOrder("node-1")),
                                SystemDatabase.value(
                                        new NodeOrder(
                                                "node-1",
                                                NodeOrder.Wanted.REMOVED,
                                                Instant.EPOCH,
                                                "operator"))));
        api().post(NODES + "/node-1/undrain")
                .then()
                .statusCode(409)
                .body("error.message", containsString("was removed"));
    }
}
