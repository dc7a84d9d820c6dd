package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.common.QuarkusTestResource;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the running API share: a node moved by hand, an app of their own, the steps. */
@QuarkusTestResource(PlatformFolder.class)
abstract class ControlPlaneTest {
    static final String APPS = "/api/v1/tenants/default/apps";
    static final String BLOBS = "/api/v1/tenants/default/blobs";

    @Inject SystemDatabase database;

    TestNode node;
    String app;

    @BeforeEach
    void begin() {
        for (NodeRecord left : database.nodes()) {
            database.commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.node(left.id()))));
        }
        node = TestNode.join(database, "node-1");
        app = "app-" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    }

    @AfterEach
    void end() {
        node.close();
    }

    static RequestSpecification api() {
        return given().header("Authorization", "Bearer " + PlatformFolder.TOKEN);
    }

    static RequestSpecification json(String body) {
        return api().contentType(ContentType.JSON).body(body.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(Secrets.sha256().digest(content));
    }

    static Response upload(byte[] content) {
        return api().contentType(ContentType.BINARY)
                .body(content)
                .put(BLOBS + "/" + sha256(content));
    }

    /** A manifest of one file, which is uploaded. */
    static String manifest(String source) {
        byte[] content = source.getBytes(StandardCharsets.UTF_8);
        upload(content).then().statusCode(204);
        return manifest(sha256(content), content.length);
    }

    static String manifest(String sha256, long bytes) {
        return "{\"main\":\"main.js\",\"files\":[{\"path\":\"main.js\",\"sha256\":\"%s\",\"bytes\":%d}]}"
                .formatted(sha256, bytes);
    }

    String path() {
        return APPS + "/" + app;
    }

    RevisionId id(int number) {
        return new RevisionId(TenantName.DEFAULT, new AppName(app), number);
    }

    /** Deploys a next revision, and returns what it is called, before any node reported. */
    String begun() {
        return json(manifest("export default {} // " + app))
                .post(path() + "/revisions")
                .then()
                .statusCode(201)
                .extract()
                .path("revision");
    }

    /** Deploys a next revision that every node serves. */
    int deployed() {
        int number = RevisionId.parseLabel(begun());
        node.report(id(number), State.SERVING, null);
        assertThat(ended(number)).contains("event:done");
        return number;
    }

    /** The events of a deployment up to its end. */
    String ended(int number) {
        return api().get(path() + "/revisions/v" + number + "/progress")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    /** The events of a deployment up to its end, while something else goes on. */
    CompletableFuture<String> ending(int number) {
        return CompletableFuture.supplyAsync(() -> ended(number)).orTimeout(30, TimeUnit.SECONDS);
    }

    String production() {
        return api().get(path()).then().statusCode(200).extract().path("production");
    }
}
