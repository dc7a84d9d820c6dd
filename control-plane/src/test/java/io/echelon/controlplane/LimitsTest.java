package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LimitsTest extends ControlPlaneTest {
    @Inject BlobService blobs;

    private ValidatableResponse change(String body) {
        return json(body).patch(path() + "/limits").then();
    }

    private Manifest manifestOf(int number) {
        RevisionRecord revision =
                database.get(SystemRows.revision(id(number)), RevisionRecord.class)
                        .orElseThrow()
                        .value();
        return Json.read(blobs.read(revision.manifest()), Manifest.class);
    }

    @Test
    void otherLimitsAreANewRevisionOfTheSameFiles() {
        deployed();
        api().get(path() + "/limits").then().statusCode(200).body("cpuMs", equalTo(200));
        change("{\"cpuMs\":500}")
                .statusCode(200)
                .body("revision", equalTo("v2"))
                .body("limits.cpuMs", equalTo(500))
                .body("limits.memoryMb", equalTo(128));
        assertThat(production()).isEqualTo("v1");
        node.report(id(2), State.READY, null);
        ended(2);
        assertThat(production()).isEqualTo("v2");

        assertThat(manifestOf(2).limits())
                .isEqualTo(new FunctionLimits(500, 128, FunctionLimits.DEFAULT.wallMs()));
        assertThat(manifestOf(2).withLimits(FunctionLimits.DEFAULT)).isEqualTo(manifestOf(1));
        api().get(path() + "/revisions")
                .then()
                .body("revisions[0].note", equalTo("limits changed: cpuMs 200 to 500"));
        api().get("/api/v1/tenants/default/audit?limit=1")
                .then()
                .body("changes[0].before.limits.cpuMs", equalTo(200))
                .body("changes[0].after.limits.cpuMs", equalTo(500));
    }

    @Test
    void variablesThatChangeAfterwardsLeaveTheLimits() {
        deployed();
        change("{\"memoryMb\":64,\"wallMs\":1000}").statusCode(200);
        json("{\"set\":{\"A\":\"1\"}}").patch(path() + "/env").then().statusCode(200);
        assertThat(manifestOf(3).limits()).isEqualTo(new FunctionLimits(200, 64, 1_000));
    }

    @Test
    void twoWhoChangeThemAtATimeDoNotUndoEachOther() {
        deployed();
        String tag = api().get(path() + "/limits").header("etag");
        json("{\"cpuMs\":300}")
                .header("If-Match", tag)
                .patch(path() + "/limits")
                .then()
                .statusCode(200);
        json("{\"cpuMs\":400}")
                .header("If-Match", tag)
                .patch(path() + "/limits")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"));
        api().get(path() + "/limits").then().body("cpuMs", equalTo(300));
    }

    @Test
    void refusesWhatIsOverTheBoundsNoChangeOrNoLimit() {
        deployed();
        for (String body :
                List.of(
                        "{}",
                        "{\"cpuMs\":0}",
                        "{\"cpuMs\":60001}",
                        "{\"memoryMb\":15}",
                        "{\"memoryMb\":1025}",
                        "{\"wallMs\":900001}",
                        "{\"cpuMs\":\"500\"}",
                        "{\"cpuMs\":1.5}",
                        "{\"cpu\":500}",
                        "[]")) {
            change(body).statusCode(400);
        }
        change("{\"memoryMb\":1025}")
                .body("error.message", containsString("1,025"))
                .body("error.message", containsString("1,024"));
        change("{\"cpuMs\":200}")
                .statusCode(409)
                .body("error.message", containsString("has these limits already"));
        api().get(path() + "/revisions").then().body("revisions.size()", equalTo(1));
    }

    @Test
    void saysThatAnAppIsMissingOrServesNothing() {
        api().get(path() + "/limits").then().statusCode(404);
        change("{\"cpuMs\":500}").statusCode(404);
        begun();
        node.report(id(1), State.FAILED, "broken");
        ended(1);
        api().get(path() + "/limits").then().statusCode(404);
        change("{\"cpuMs\":500}")
                .statusCode(409)
                .body("error.message", containsString("serves nothing yet"));
    }
}
