package io.echelon.controlplane;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasLength;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class StoreTest extends ControlPlaneTest {
    @Test
    void showsHowEveryNodeWithTheStoreIsDoing() {
        api().get("/api/v1/store")
                .then()
                .statusCode(200)
                .body("replicas.role", contains("alone", "unreachable"))
                .body("replicas[0].behind", equalTo(0))
                .body("replicas[0].status.applied", greaterThan(0));
    }

    @Test
    void comparesWhatTheNodesHave() {
        begun();
        api().get("/api/v1/store/verification")
                .then()
                .statusCode(200)
                .body("equal", equalTo(true))
                .body("replicas", hasSize(1))
                .body("replicas[0].digest.entries", greaterThan(0))
                .body("replicas[0].digest.sha256", hasLength(64));
    }

    @Test
    void aDatabaseThatIsNotThereLiesNowhere() {
        api().get("/api/v1/store/databases")
                .then()
                .statusCode(200)
                .body("databases", hasSize(0))
                .body("cursor", nullValue());
        api().get("/api/v1/store/databases/default/none").then().statusCode(404);
        api().contentType("application/json")
                .body("{\"shard\":1}")
                .post("/api/v1/store/databases/default/none/move")
                .then()
                .statusCode(404);
        api().contentType("application/json")
                .body("{}")
                .post("/api/v1/store/databases/default/none/move")
                .then()
                .statusCode(400)
                .body("error.message", containsString("shard"));
    }

    @Test
    void aDatabaseLiesInTheFirstShardWhichIsTheOnlyOne() {
        json("1")
                .queryParam("key", "[\"k\"]")
                .put("/api/v1/tenants/default/databases/%s/entry".formatted(app))
                .then()
                .statusCode(200);
        String place = "/api/v1/store/databases/default/" + app;
        json("{\"shard\":0}")
                .post(place + "/move")
                .then()
                .statusCode(200)
                .body("shard", equalTo(0))
                .body("movingTo", nullValue());
        api().get(place).then().statusCode(200).body("database", equalTo(app));
        json("{\"shard\":1}")
                .post(place + "/move")
                .then()
                .statusCode(400)
                .body("error.message", containsString("one shard"));
    }
}
