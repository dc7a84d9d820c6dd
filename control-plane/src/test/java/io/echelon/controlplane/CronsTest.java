package io.echelon.controlplane;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.cron.CronAdministration;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.RevisionCrons;
import io.echelon.tenants.CronSpec;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CronsTest extends ControlPlaneTest {
    @Inject CronAdministration crons;

    private String crons() {
        return path() + "/crons";
    }

    /** Deploys a revision whose crons a node has found. */
    private void deployed(String... names) {
        int number = deployed();
        crons.declare(
                id(number),
                new RevisionCrons(
                        List.of(names).stream()
                                .map(name -> new CronSpec(name, "30 2 * * *"))
                                .map(DeclaredCron::configured)
                                .toList()));
    }

    @Test
    void listsTheCronsOfTheRevisionThatServes() {
        deployed("old");
        deployed("two", "one");
        api().get(crons())
                .then()
                .statusCode(200)
                .body("crons.name", contains("one", "two"))
                .body("crons[0].schedule", equalTo("30 2 * * *"))
                .body("crons[0].timezone", equalTo("UTC"))
                .body("crons[0].source", equalTo("edge.json"))
                .body("crons[0].revision", equalTo("v2"))
                .body("crons[0].state", equalTo("active"))
                .body("crons[0].next", containsString("T02:30:00Z"))
                .body("crons[0].last", nullValue());
        api().post(path() + "/rollback").then().statusCode(200);
        api().get(crons()).then().body("crons.name", contains("old"));
    }

    @Test
    void pausesAndResumes() {
        deployed("tick");
        api().post(crons() + "/tick/pause")
                .then()
                .statusCode(200)
                .body("state", equalTo("paused"))
                .body("next", nullValue());
        api().post(crons() + "/tick/resume")
                .then()
                .statusCode(200)
                .body("state", equalTo("active"))
                .body("next", notNullValue());
        api().get(crons() + "/tick").then().statusCode(200).body("state", equalTo("active"));
    }

    @Test
    void takesATriggerWithItsTime() {
        deployed("tick");
        json("{\"scheduledTime\":\"2026-03-29T01:30:00Z\"}")
                .post(crons() + "/tick/trigger")
                .then()
                .statusCode(202)
                .body("scheduledTime", equalTo("2026-03-29T01:30:00Z"))
                .body("fire", notNullValue());
        json("{}").post(crons() + "/tick/trigger").then().statusCode(202);
        json("{\"scheduledTime\":\"noon\"}")
                .post(crons() + "/tick/trigger")
                .then()
                .statusCode(400)
                .body("error.message", containsString("scheduledTime must be a time"));
    }

    @Test
    void namesTheNearestCronForAnUnknownOne() {
        deployed("nightly");
        api().get(crons() + "/nightyl")
                .then()
                .statusCode(404)
                .body("error.message", containsString("did you mean \"nightly\"?"));
        api().get(crons() + "/nightyl/runs").then().statusCode(404);
        api().get(crons() + "/nightly/runs").then().statusCode(200).body("runs", hasSize(0));
        api().get(APPS + "/nobody/crons").then().statusCode(404);
    }

    @Test
    void refusesAScheduleThatIsNoneWhenItIsDeployed() {
        String manifest = manifest("export default {}");
        String before = manifest.substring(0, manifest.length() - 1);
        json(before + ",\"crons\":[{\"name\":\"a\",\"schedule\":\"0 0 30 2 *\"}]}")
                .post(path() + "/revisions")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_CONFIGURATION"))
                .body("error.message", containsString("Cron \"a\": \"0 0 30 2 *\""));
        json(before
                        + ",\"crons\":[{\"name\":\"a\",\"schedule\":\"* * * * *\",\"overlap\":\"never\"}]}")
                .post(path() + "/revisions")
                .then()
                .statusCode(400)
                .body("error.message", containsString("one of skip, queue, allow"));
    }

    @Test
    void explainsASchedule() {
        api().queryParam("schedule", "30 2 * * *")
                .queryParam("timezone", "Europe/Berlin")
                .queryParam("after", "2026-03-28T12:00:00Z")
                .queryParam("count", 2)
                .get("/api/v1/schedule")
                .then()
                .statusCode(200)
                .body("times", contains("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"));
        api().queryParam("schedule", "0 0 * * 1")
                .queryParam("weekdays", "deno")
                .queryParam("after", "2026-11-21T00:00:00Z")
                .queryParam("count", 1)
                .get("/api/v1/schedule")
                .then()
                .body("times", contains("2026-11-22T00:00:00Z"));
        api().get("/api/v1/schedule").then().statusCode(400);
        api().queryParam("schedule", "never").get("/api/v1/schedule").then().statusCode(400);
    }
}
