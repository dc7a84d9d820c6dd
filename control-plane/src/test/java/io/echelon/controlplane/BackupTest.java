package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BackupTest extends ControlPlaneTest {
    @Test
    void theOperatorTakesEverythingOutAndTheAuditSaysSo() throws IOException {
        begun();
        var answer = api().get("/api/v1/backup").then().statusCode(200).extract();
        BackupContents contents;
        try (InputStream body = answer.asInputStream()) {
            contents = new BackupReader(body).readToEnd();
        }
        assertThat(contents.databases())
                .extracting(BackupContents.Database::name)
                .contains("system");
        assertThat(contents.entries()).isPositive();
        api().get("/api/v1/tenants/default/audit?limit=1")
                .then()
                .statusCode(200)
                .body("changes[0].action", equalTo("backup.take"))
                .body("changes[0].requestId", equalTo(answer.header("x-request-id")))
                .body("changes[0].outcome", equalTo("DONE"));
    }
}
