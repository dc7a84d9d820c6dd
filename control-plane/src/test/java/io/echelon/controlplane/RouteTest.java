package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RouteTest extends ControlPlaneTest {
    @Inject Retention retention;

    @Test
    void promotesARevisionThatIsReady() {
        deployed();
        deployed();
        json("{\"revision\":\"v1\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(200)
                .body("from", equalTo("v2"))
                .body("to", equalTo("v1"))
                .body("url", equalTo("https://%s.localhost:8443".formatted(app)));
        assertThat(production()).isEqualTo("v1");
    }

    @Test
    void promotesWhatServesAlreadyWithoutAChange() {
        deployed();
        deployed();
        json("{\"revision\":\"v2\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(200)
                .body("from", equalTo("v2"))
                .body("to", equalTo("v2"));
        api().post(path() + "/rollback").then().body("to", equalTo("v1"));
    }

    @Test
    void promotesAPreviewOfAnAppThatServesNothing() {
        json(manifest("export default {}"))
                .post(path() + "/revisions?preview=true")
                .then()
                .statusCode(201);
        node.report(id(1), State.READY, null);
        ended(1);
        json("{\"revision\":\"v1\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(200)
                .body("from", nullValue())
                .body("to", equalTo("v1"));
    }

    @Test
    void leadsSomeRequestsToARevisionUntilOneIsPromotedWhole() {
        deployed();
        deployed();
        deployed();
        promote("v1", "\"percent\":10,\"sticky\":\"cookie\"")
                .statusCode(200)
                .body("from", equalTo("v3"))
                .body("split.shares.revision", equalTo(List.of("v3", "v1")))
                .body("split.shares.percent", equalTo(List.of(90, 10)))
                .body("split.sticky", equalTo("cookie"));
        promote("v2", "\"percent\":30")
                .body("before.shares.percent", equalTo(List.of(90, 10)))
                .body("split.shares.percent", equalTo(List.of(60, 10, 30)))
                .body("split.sticky", equalTo("cookie"));
        promote("v1", "\"percent\":20").body("split.shares.percent", equalTo(List.of(50, 20, 30)));
        promote("v1", "\"percent\":0").body("split.shares.percent", equalTo(List.of(70, 30)));
        api().get(path())
                .then()
                .body("production", equalTo("v3"))
                .body("split.shares.revision", equalTo(List.of("v3", "v2")));
        String audit = "/api/v1/tenants/default/audit";
        assertThat(api().get(audit).asString()).contains("\"percent\":70");
        promote("v2", "\"percent\":100").body("to", equalTo("v2")).body("split", nullValue());
        api().get(path()).then().body("production", equalTo("v2")).body("split", nullValue());
        api().post(path() + "/rollback").then().body("to", equalTo("v3"));
    }

    @Test
    void rollsBackFromASplitToTheProductionRevisionAlone() {
        deployed();
        deployed();
        promote("v1", "\"percent\":99").statusCode(200);
        api().post(path() + "/rollback")
                .then()
                .statusCode(200)
                .body("to", equalTo("v2"))
                .body("before.shares.percent", equalTo(List.of(1, 99)))
                .body("split", nullValue());
        api().get(path()).then().body("production", equalTo("v2")).body("split", nullValue());
        promote("v1", "\"percent\":5").statusCode(200);
        deployed();
        api().get(path()).then().body("production", equalTo("v3")).body("split", nullValue());
    }

    @Test
    void refusesSplitsThatCannotBe() {
        json("{\"revision\":\"v1\",\"percent\":10}")
                .post(path() + "/promote")
                .then()
                .statusCode(404);
        deployed();
        deployed();
        promote("v2", "\"percent\":10")
                .statusCode(409)
                .body("error.message", containsString("v2 is the production revision"));
        promote("v9", "\"percent\":10").statusCode(404);
        promote("v1", "\"percent\":101")
                .statusCode(400)
                .body("error.message", containsString("from 0 to 100"));
        promote("v1", "\"percent\":-1").statusCode(400);
        promote("v1", "\"percent\":1.5").statusCode(400);
        promote("v1", "\"sticky\":\"cookie\"")
                .statusCode(400)
                .body("error.message", containsString("give percent too"));
        promote("v1", "\"percent\":1,\"sticky\":\"ip\"")
                .statusCode(400)
                .body("error.message", containsString("header:NAME"));
        api().get(path()).then().body("split", nullValue());
    }

    private ValidatableResponse promote(String revision, String more) {
        return json("{\"revision\":\"%s\",%s}".formatted(revision, more))
                .post(path() + "/promote")
                .then();
    }

    @Test
    void refusesToPromoteWhatIsNotReady() {
        deployed();
        begun();
        json("{\"revision\":\"v2\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"))
                .body("error.message", containsString("v2 is DEPLOYING"));
        node.report(id(2), State.FAILED, "no");
        ended(2);
        json("{\"revision\":\"v2\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(409)
                .body("error.message", containsString("v2 is FAILED"));
        assertThat(production()).isEqualTo("v1");
    }

    @Test
    void refusesToPromoteWhatIsNotThere() {
        json("{\"revision\":\"v1\"}").post(path() + "/promote").then().statusCode(404);
        deployed();
        json("{\"revision\":\"v7\"}").post(path() + "/promote").then().statusCode(404);
        json("{\"revision\":\"7\"}").post(path() + "/promote").then().statusCode(400);
        json("{\"version\":\"v1\"}")
                .post(path() + "/promote")
                .then()
                .statusCode(400)
                .body("error.message", containsString("did you mean \"revision\""));
    }

    @Test
    void rollsBackAndForthBetweenTwoRevisions() {
        deployed();
        deployed();
        api().post(path() + "/rollback")
                .then()
                .statusCode(200)
                .body("from", equalTo("v2"))
                .body("to", equalTo("v1"));
        assertThat(production()).isEqualTo("v1");
        api().post(path() + "/rollback").then().statusCode(200).body("to", equalTo("v2"));
        assertThat(production()).isEqualTo("v2");
    }

    @Test
    void refusesToRollBackWhenNothingServedBefore() {
        api().post(path() + "/rollback").then().statusCode(404);
        begun();
        api().post(path() + "/rollback")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"))
                .body("error.message", containsString("no revision that serves"));
        node.report(id(1), State.READY, null);
        ended(1);
        api().post(path() + "/rollback")
                .then()
                .statusCode(409)
                .body("error.message", containsString("has served nothing before v1"));
    }

    @Test
    void deletesAnAppWithAllItsRowsAndNeverReusesANumber() {
        deployed();
        deployed();
        api().delete(path()).then().statusCode(204);

        api().get(path()).then().statusCode(404).body("error.code", equalTo("NOT_FOUND"));
        api().delete(path()).then().statusCode(404);
        assertThat(database.keys(SystemRows.revisions(id(1).tenant(), id(1).app()))).isEmpty();
        assertThat(database.keys(SystemRows.readiness(id(1)))).isEmpty();
        assertThat(database.get(SystemRows.route(id(1).tenant(), id(1).app()), Object.class))
                .isEmpty();
        assertThat(begun()).isEqualTo("v3");
    }

    @Test
    void endsADeploymentWhoseAppIsDeleted() {
        begun();
        var events = ending(1);
        api().delete(path()).then().statusCode(204);

        assertThat(events.handle((text, failure) -> String.valueOf(text)).join())
                .doesNotContain("event:done");
        api().get(path()).then().statusCode(404);
    }

    @Test
    void listsAppsAndRevisionsPageByPage() {
        String tenant = "/api/v1/tenants/t-" + app.substring(4) + "/apps";
        api().get(tenant).then().statusCode(200).body("apps.size()", equalTo(0));
        String manifest = manifest("export default {}");
        for (String name : List.of("a", "b", "c")) {
            json(manifest).post(tenant + "/" + name + "/revisions").then().statusCode(201);
        }
        String cursor =
                api().get(tenant + "?limit=2")
                        .then()
                        .statusCode(200)
                        .body("apps.name", equalTo(List.of("a", "b")))
                        .body("apps[0].latest", equalTo("v1"))
                        .body("apps[0].production", nullValue())
                        .extract()
                        .path("cursor");
        api().queryParam("cursor", cursor)
                .get(tenant + "?limit=2")
                .then()
                .body("apps.name", equalTo(List.of("c")))
                .body("cursor", nullValue());
        json(manifest).post(tenant + "/a/revisions").then().statusCode(201);
        api().get(tenant + "/a/revisions")
                .then()
                .body("revisions.revision", equalTo(List.of("v2", "v1")));
        api().get(tenant + "?cursor=%21%21").then().statusCode(400);
        api().get(tenant + "?limit=0").then().statusCode(400);
    }

    @Test
    void keepsTheNewestRevisionsAndThoseThatARouteNeeds() {
        deployed();
        RevisionRecord first =
                database.get(SystemRows.revision(id(1)), RevisionRecord.class)
                        .orElseThrow()
                        .value();
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int number = 2; number <= 60; number++) {
            RevisionId id = id(number);
            RevisionRecord copy =
                    new RevisionRecord(
                            id,
                            first.manifest(),
                            1,
                            1,
                            RevisionRecord.Kind.PREVIEW,
                            first.createdAt(),
                            RevisionRecord.State.READY,
                            null);
            write.set(KvKey.of(SystemRows.revision(id)), SystemDatabase.value(copy));
        }
        database.commit(write);

        retention.prune(id(1).tenant(), id(1).app());

        assertThat(
                        database.all(
                                SystemRows.revisions(id(1).tenant(), id(1).app()),
                                RevisionRecord.class))
                .extracting(row -> row.value().id().number())
                .hasSize(Retention.REVISIONS_KEPT + 1)
                .contains(1, 11, 60)
                .doesNotContain(2, 10);
        assertThat(production()).isEqualTo("v1");
    }

    @Test
    void describesThePlatformAndItsNodes() {
        api().get("/api/v1/platform")
                .then()
                .statusCode(200)
                .body("baseDomain", equalTo("localhost"))
                .body("http", equalTo("http://127.0.0.1:8080"))
                .body("https", equalTo("https://127.0.0.1:8443"))
                .body("nodes[0].id", equalTo("node-1"));
        api().get("/api/v1/nodes").then().statusCode(200).body("nodes.size()", equalTo(1));
        node.die();
        api().get("/api/v1/platform").then().body("http", nullValue());
    }
}
