package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AppName;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application: its start, its end, and a crash between. */
@Timeout(120)
class PackagedIT {
    private static final String APP = "/api/v1/tenants/default/apps/hello";

    @TempDir Path folder;

    private PackagedPlatform platform;
    private SystemDatabase database;
    private Map<String, String> environment;

    @BeforeEach
    void open() throws IOException {
        platform = new PackagedPlatform(folder);
        database = platform.database();
        environment = platform.environment();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void takesUpADeploymentAfterItWasKilled() throws IOException {
        RevisionId id = new RevisionId(TenantName.DEFAULT, new AppName("hello"), 1);
        byte[] main = "export default {}".getBytes(StandardCharsets.UTF_8);
        String sha256 = ControlPlaneTest.sha256(main);
        try (TestNode node = TestNode.join(database, "node-1")) {
            try (RunningControlPlane first = RunningControlPlane.start(environment)) {
                String address = first.announcement().path("control").asText();
                api().contentType("application/octet-stream")
                        .body(main)
                        .put(address + ControlPlaneTest.BLOBS + "/" + sha256)
                        .then()
                        .statusCode(204);
                api().contentType("application/json")
                        .body(ControlPlaneTest.manifest(sha256, main.length))
                        .post(address + APP + "/revisions")
                        .then()
                        .statusCode(201)
                        .body("revision", equalTo("v1"));
            }
            node.report(id, State.READY, null);
            try (RunningControlPlane second = RunningControlPlane.start(environment)) {
                String address = second.announcement().path("control").asText();
                assertThat(api().get(address + APP + "/revisions/v1/progress").asString())
                        .contains("event:node", "event:done");
                api().get(address + APP).then().body("production", equalTo("v1"));
                api().get(address + "/q/health/ready").then().statusCode(200);
            }
        }
    }

    @Test
    void announcesItsAddressOnceAndEndsWithItsParent() throws Exception {
        Process parent = new ProcessBuilder("sleep", "600").start();
        environment.put("ECHELON_PARENT_PID", Long.toString(parent.pid()));
        try (RunningControlPlane running = RunningControlPlane.start(environment)) {
            JsonNode ready = running.announcement();
            assertThat(ready.path("event").asText()).isEqualTo("ready");
            assertThat(ready.path("control").asText()).matches("http://127\\.0\\.0\\.1:[0-9]+");
            parent.destroyForcibly();

            assertThat(running.rest()).isEmpty();
            assertThat(running.process().waitFor()).isZero();
        }
    }

    @Test
    void saysThatItsPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("ECHELON_CONTROL_PORT", Integer.toString(taken.getLocalPort()));
            failsWith("Port %d on 127.0.0.1 is in use".formatted(taken.getLocalPort()));
        }
    }

    @Test
    void saysWhichSettingIsWrong() throws Exception {
        environment.put("ECHELON_CONTROL_PORT", "seventy");
        failsWith("ECHELON_CONTROL_PORT is \"seventy\"");
    }

    private void failsWith(String message) throws Exception {
        try (RunningControlPlane failed = RunningControlPlane.start(environment)) {
            JsonNode announcement = failed.announcement();
            assertThat(announcement.path("event").asText()).isEqualTo("failed");
            assertThat(announcement.path("message").asText()).contains(message);
            assertThat(failed.rest()).isEmpty();
            assertThat(failed.process().waitFor()).isEqualTo(1);
        }
    }

    private static RequestSpecification api() {
        return given().header("Authorization", "Bearer " + PlatformFolder.TOKEN);
    }
}
