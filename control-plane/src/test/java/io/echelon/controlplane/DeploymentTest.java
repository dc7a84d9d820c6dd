package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.SystemRows.AppChange;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DeploymentTest extends ControlPlaneTest {
    @Inject BlobStore blobs;

    @Test
    void tellsWhatARevisionIsMadeOf() {
        int number = deployed();
        api().get(path() + "/revisions/v" + number + "/manifest")
                .then()
                .statusCode(200)
                .body("main", equalTo("main.js"))
                .body("files.path", contains("main.js"));
    }

    @Test
    void switchesTheRouteWhenEveryLiveNodeIsReady() {
        json(manifest("export default {}"))
                .post(path() + "/revisions")
                .then()
                .statusCode(201)
                .body("app", equalTo(app))
                .body("tenant", equalTo("default"))
                .body("revision", equalTo("v1"))
                .body("state", equalTo("DEPLOYING"))
                .body("url", equalTo("https://%s.localhost:8443".formatted(app)))
                .body("previewUrl", equalTo("https://%s--v1.localhost:8443".formatted(app)))
                .body("detail", nullValue())
                .body("bytes", equalTo(17))
                .body("files", equalTo(1));
        assertThat(production()).isNull();

        node.report(id(1), State.WARMING, null);
        node.report(id(1), State.READY, null);

        assertThat(ended(1)).contains("event:done", "\"revision\":\"v1\"");
        assertThat(production()).isEqualTo("v1");
        api().get(path() + "/revisions/v1").then().body("state", equalTo("READY"));
    }

    @Test
    void tellsEachStepOfEachNodeAndThenTheEnd() {
        int number = RevisionId.parseLabel(begun());
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.report(id(number), State.READY, null);
            CompletableFuture<String> events = ending(number);
            second.report(id(number), State.READY, null);

            assertThat(events.join())
                    .contains("\"node\":\"node-1\"", "\"node\":\"node-2\"")
                    .containsOnlyOnce("event:done")
                    .endsWith("\n\n");
        }
    }

    @Test
    void tellsTheEndToWhoComesAfterIt() {
        int number = deployed();

        assertThat(ended(number))
                .contains("event:node", "\"state\":\"READY\"", "\"elapsedMs\":7", "event:done");
    }

    @Test
    void keepsTheRouteWhenANodeFails() {
        deployed();
        int failing = RevisionId.parseLabel(begun());
        node.report(id(failing), State.FAILED, "main.js:1: SyntaxError");

        assertThat(ended(failing))
                .contains("event:failed", "DEPLOYMENT_FAILED", "node-1: main.js:1: SyntaxError");
        assertThat(production()).isEqualTo("v1");
        api().get(path() + "/revisions/v2")
                .then()
                .body("state", equalTo("FAILED"))
                .body("detail", equalTo("node-1: main.js:1: SyntaxError"));
    }

    @Test
    void doesNotWaitForANodeThatDies() {
        TestNode dying = TestNode.join(database, "node-2");
        int number = RevisionId.parseLabel(begun());
        node.report(id(number), State.READY, null);
        dying.close();

        assertThat(ended(number)).contains("event:done");
    }

    @Test
    void leavesTheRouteAloneForAPreview() {
        deployed();
        json(manifest("export default {}"))
                .post(path() + "/revisions?preview=true")
                .then()
                .statusCode(201);
        node.report(id(2), State.READY, null);

        assertThat(ended(2)).contains("event:done");
        assertThat(production()).isEqualTo("v1");
    }

    @Test
    void doesNotGoBackWhenAnOlderDeploymentEndsLater() {
        begun();
        begun();
        node.report(id(2), State.READY, null);
        assertThat(ended(2)).contains("event:done");
        node.report(id(1), State.READY, null);
        assertThat(ended(1)).contains("event:done");

        assertThat(production()).isEqualTo("v2");
    }

    @Test
    void givesDeploymentsAtTheSameTimeNumbersOfTheirOwn() {
        String manifest = manifest("export default {}");
        List<CompletableFuture<String>> deployments = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            deployments.add(
                    CompletableFuture.supplyAsync(
                            () ->
                                    json(manifest)
                                            .post(path() + "/revisions")
                                            .then()
                                            .statusCode(201)
                                            .extract()
                                            .path("revision")));
        }

        assertThat(deployments.stream().map(CompletableFuture::join))
                .containsExactlyInAnyOrder("v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8");
        api().get(path()).then().body("latest", equalTo("v8"));
    }

    @Test
    void writesTheManifestAsABlobAndTellsNodesOfTheChange() {
        begun();

        RevisionRecord revision =
                database.get(SystemRows.revision(id(1)), RevisionRecord.class)
                        .orElseThrow()
                        .value();
        Manifest manifest = Json.read(blobs.read(revision.manifest()), Manifest.class);
        assertThat(manifest.main()).isEqualTo("main.js");
        AppChange change = new AppChange(TenantName.DEFAULT, new AppName(app));
        assertThat(database.get(SystemRows.changeSignal(), AppChange.class).orElseThrow().value())
                .isEqualTo(change);
        assertThat(database.all(SystemRows.changes(), AppChange.class))
                .extracting(row -> row.value())
                .contains(change);
    }

    @Test
    void takesUpADeploymentThatACrashLeftBehind() {
        String manifest = blobs();
        RevisionRecord revision =
                new RevisionRecord(
                        id(1),
                        manifest,
                        1,
                        17,
                        RevisionRecord.Kind.PRODUCTION,
                        Instant.EPOCH,
                        RevisionRecord.State.DEPLOYING,
                        null);
        AppRecord record = new AppRecord(TenantName.DEFAULT, id(1).app(), Instant.EPOCH, 1);
        node.report(id(1), State.READY, null);
        database.commit(
                SystemDatabase.change(TenantName.DEFAULT, id(1).app())
                        .set(
                                KvKey.of(SystemRows.app(TenantName.DEFAULT, id(1).app())),
                                SystemDatabase.value(record))
                        .set(KvKey.of(SystemRows.revision(id(1))), SystemDatabase.value(revision))
                        .set(KvKey.of(SystemRows.deploying(id(1))), SystemDatabase.value(id(1))));

        assertThat(ended(1)).contains("event:done");
        assertThat(production()).isEqualTo("v1");
        assertThat(database.get(SystemRows.deploying(id(1)), Object.class)).isEmpty();
    }

    @Test
    void refusesFilesThatAreNotStoredAndNamesThem() {
        String absent = "0".repeat(64);
        json(manifest(absent, 5))
                .post(path() + "/revisions")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_BUNDLE"))
                .body("error.message", containsString(absent))
                .body("error.missing", contains(absent));
        api().get(path()).then().statusCode(404);
    }

    @Test
    void refusesASizeThatIsNotTheContents() {
        byte[] content = "hi".getBytes(StandardCharsets.UTF_8);
        upload(content);
        json(manifest(sha256(content), 3))
                .post(path() + "/revisions")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_BUNDLE"))
                .body("error.message", containsString("said to be 3 bytes"))
                .body("error.message", containsString("is 2"));
    }

    @Test
    void takesAManifestOfTenThousandFiles() {
        byte[] content = "hi".getBytes(StandardCharsets.UTF_8);
        upload(content);
        StringBuilder files = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            files.append(i == 0 ? "" : ",")
                    .append(
                            "{\"path\":\"%s/%d.js\",\"sha256\":\"%s\",\"bytes\":2}"
                                    .formatted("d".repeat(100), i, sha256(content)));
        }
        json("{\"main\":\"%s/0.js\",\"files\":[%s]}".formatted("d".repeat(100), files))
                .post(path() + "/revisions")
                .then()
                .statusCode(201)
                .body("files", equalTo(10_000));
    }

    @Test
    void refusesABundleAboveTheLimit() {
        json(manifest("0".repeat(64), 50L * 1024 * 1024 + 1))
                .post(path() + "/revisions")
                .then()
                .statusCode(413)
                .body("error.code", equalTo("PAYLOAD_TOO_LARGE"))
                .body("error.message", containsString("52,428,800"));
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String wrong : List.of("Hello", "a--b", "-a", "x".repeat(27))) {
            json("{}")
                    .post(APPS + "/" + wrong + "/revisions")
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("INVALID_ARGUMENT"));
        }
        json("{}").post("/api/v1/tenants/v1/apps/a/revisions").then().statusCode(400);
    }

    @Test
    void refusesAPreviewThatIsNeitherTrueNorFalse() {
        json(manifest("export default {}"))
                .post(path() + "/revisions?preview=maybe")
                .then()
                .statusCode(400)
                .body("error.message", containsString("preview is \"maybe\""));
    }

    @Test
    void doesNotKnowWhatIsNotThere() {
        api().get(path() + "/revisions").then().statusCode(404);
        deployed();
        api().get(path() + "/revisions/v9")
                .then()
                .statusCode(404)
                .body("error.code", equalTo("NOT_FOUND"));
        api().get(path() + "/revisions/v9/progress").then().statusCode(404);
        api().get(path() + "/revisions/nine").then().statusCode(400);
        api().get(path() + "/revisions/v0").then().statusCode(400);
    }

    private String blobs() {
        byte[] manifest = "{}".getBytes(StandardCharsets.UTF_8);
        upload(manifest);
        return sha256(manifest);
    }
}
