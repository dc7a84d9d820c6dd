package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ErrorTest extends ControlPlaneTest {
    @Test
    void doesNotKnowAPathThatIsNone() {
        error(api().get("/api/v1/nothing"), 404, "NOT_FOUND");
        error(api().get("/api/v1/tenants/default/nothing"), 404, "NOT_FOUND");
        error(api().get(APPS + "/a/revisions/v1/nothing"), 404, "NOT_FOUND");
        error(api().get("/nothing"), 404, "NOT_FOUND");
        error(api().get("/q/nothing"), 404, "NOT_FOUND");
    }

    @Test
    void refusesAMethodThatAPathDoesNotTake() {
        error(api().delete("/api/v1/platform"), 405, "METHOD_NOT_ALLOWED");
        error(api().put(APPS), 405, "METHOD_NOT_ALLOWED");
        error(api().get(path() + "/promote"), 405, "METHOD_NOT_ALLOWED");
        error(api().post(path() + "/logs"), 405, "METHOD_NOT_ALLOWED");
        error(api().get(BLOBS + "/missing"), 405, "METHOD_NOT_ALLOWED");
    }

    @Test
    void refusesABodyOfAnotherType() {
        error(
                api().contentType(ContentType.XML).body("<a/>").post(path() + "/revisions"),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        error(
                api().contentType("application/x-www-form-urlencoded")
                        .body("a=b")
                        .post(path() + "/promote"),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        error(
                api().contentType(ContentType.JSON).body("{}").put(BLOBS + "/" + "0".repeat(64)),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void saysWhereABodyIsNotJson() {
        error(json("{\n  \"main\": }").post(path() + "/revisions"), 400, "INVALID_ARGUMENT")
                .then()
                .body("error.message", containsString("line 2, column"));
    }

    @Test
    void namesTheFieldThatDoesNotFit() {
        error(json("{\"maim\":\"x\"}").post(path() + "/revisions"), 400, "INVALID_ARGUMENT")
                .then()
                .body("error.message", containsString("did you mean \"main\""));
        error(json("[1]").post(path() + "/promote"), 400, "INVALID_ARGUMENT");
        error(json("").post(path() + "/promote"), 400, "INVALID_ARGUMENT");
    }

    @Test
    void refusesJsonAboveTheLimit() {
        String large = "{\"main\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}";
        error(json(large).post(path() + "/revisions"), 413, "PAYLOAD_TOO_LARGE")
                .then()
                .body("error.message", containsString("8,388,608"));
    }

    @Test
    void refusesAnAnswerOfATypeThatItDoesNotSpeak() {
        error(api().accept("image/png").get("/api/v1/nodes"), 400, "INVALID_ARGUMENT");
    }

    @Test
    void tellsNothingOfAFailureWithin() {
        begun();
        KvKey row = KvKey.of(SystemRows.app(id(1).tenant(), id(1).app()));
        database.commit(
                AtomicWrite.builder()
                        .set(row, KvValue.bytes("secret row".getBytes(StandardCharsets.UTF_8))));

        error(api().get(path()), 500, "INTERNAL")
                .then()
                .body("error.message", not(containsString("secret")))
                .body("error.message", not(containsString("Exception")));
        database.commit(AtomicWrite.builder().delete(row));
    }

    private static Response error(Response answer, int status, String code) {
        answer.then()
                .statusCode(status)
                .contentType("application/json")
                .body("error.code", equalTo(code))
                .body("error.requestId", equalTo(answer.header("x-request-id")));
        assertThat(answer.<Object>path("error.message")).asString().isNotBlank();
        return answer;
    }
}
