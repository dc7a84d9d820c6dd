package io.echelon.controlplane;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class IdempotencyTest extends ControlPlaneTest {
    private final String key = UUID.randomUUID().toString();

    private String revisions() {
        return APPS + "/" + app + "/revisions";
    }

    private ValidatableResponse deploy(String manifest, String withKey) {
        return json(manifest).header("Idempotency-Key", withKey).post(revisions()).then();
    }

    @Test
    void aRequestThatComesAgainIsAnsweredAsBeforeAndNotDoneAgain() {
        String manifest = manifest("export default {}");
        deploy(manifest, key)
                .statusCode(201)
                .body("revision", equalTo("v1"))
                .header("idempotency-replayed", nullValue());
        deploy(manifest, key)
                .statusCode(201)
                .body("revision", equalTo("v1"))
                .header("idempotency-replayed", "true");
        deploy(manifest, key + "2").statusCode(201).body("revision", equalTo("v2"));
        json(manifest).post(revisions()).then().body("revision", equalTo("v3"));
        api().get(revisions()).then().body("revisions", hasSize(3));
    }

    @Test
    void aKeyIsForOneRequest() {
        deploy(manifest("export default {}"), key).statusCode(201);
        deploy(manifest("export default { a: 1 }"), key)
                .statusCode(409)
                .body("error.message", containsString("another request"));
        json("{}")
                .header("Idempotency-Key", key)
                .post(revisions() + "?preview=true")
                .then()
                .statusCode(409);
    }

    @Test
    void whatWasRefusedMayBeTriedAgain() {
        json("{").header("Idempotency-Key", key).post(revisions()).then().statusCode(400);
        deploy(manifest("export default {}"), key).statusCode(201);
    }

    @Test
    void secretsAreToldOnce() {
        String tenant = "i-" + app.substring(4);
        Tokens.tenant(tenant);
        String body = "{\"label\":\"ci\",\"rights\":[\"apps:read\"]}";
        String path = "/api/v1/tenants/%s/tokens".formatted(tenant);
        json(body).header("Idempotency-Key", key).post(path).then().statusCode(201);
        json(body)
                .header("Idempotency-Key", key)
                .post(path)
                .then()
                .statusCode(409)
                .body("error.message", containsString("told only once"));
        api().get(path).then().body("tokens", hasSize(1));
    }

    @Test
    void requestsWithoutABodyHaveKeysToo() {
        deploy(manifest("export default {}"), key).statusCode(201);
        json("").header("Idempotency-Key", "a b")
                .post(APPS + "/" + app + "/rollback")
                .then()
                .statusCode(400);
        api().header("Idempotency-Key", key + "r")
                .post(APPS + "/" + app + "/rollback")
                .then()
                .statusCode(409);
    }

    @Test
    void anothersKeyIsAnother() {
        String tenant = "j-" + app.substring(4);
        Tokens.tenant(tenant);
        String path = "/api/v1/tenants/%s/apps/x/revisions".formatted(tenant);
        String manifest = manifest("export default {}");
        json(manifest).header("Idempotency-Key", key).post(path).then().statusCode(201);
        Tokens.with(Tokens.member(tenant, "ada", "owner"))
                .contentType("application/json")
                .body(manifest)
                .header("Idempotency-Key", key)
                .post(path)
                .then()
                .body("revision", equalTo("v2"));
    }
}
