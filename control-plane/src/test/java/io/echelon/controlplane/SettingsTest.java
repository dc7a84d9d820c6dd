package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SettingsSnapshot;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SettingsTest extends ControlPlaneTest {
    private static final String CANARY = "canary-8d1f4c";

    @Inject KvStore store;
    @Inject BlobService blobs;

    @Inject
    @ConfigProperty(name = "test.folder")
    String folder;

    @Inject
    @ConfigProperty(name = "echelon.master-key-file")
    String masterKeyFile;

    private ValidatableResponse change(String what, String body) {
        return json(body).patch(path() + "/" + what).then();
    }

    private Map<String, String> snapshot(int number) {
        RevisionRecord revision =
                database.get(SystemRows.revision(id(number)), RevisionRecord.class)
                        .orElseThrow()
                        .value();
        DataKeyRecord key =
                database.get(SystemRows.dataKey(TenantName.DEFAULT), DataKeyRecord.class)
                        .orElseThrow()
                        .value();
        String blob = Objects.requireNonNull(revision.settings());
        return SettingsSnapshot.open(
                id(number), blobs.read(blob), key.open(MasterKeys.read(Path.of(masterKeyFile))));
    }

    @Test
    void aChangeIsANewRevisionOfTheSameBundleThatServesWhenItIsReady() {
        deployed();
        change("env", "{\"set\":{\"MODE\":\"test\"}}")
                .statusCode(200)
                .body("revision", equalTo("v2"));
        assertThat(production()).isEqualTo("v1");
        node.report(id(2), State.READY, null);
        ended(2);
        assertThat(production()).isEqualTo("v2");
        change("secrets", "{\"set\":{\"KEY\":\"%s\"}}".formatted(CANARY))
                .body("revision", equalTo("v3"));
        node.report(id(3), State.READY, null);
        ended(3);

        assertThat(snapshot(2)).isEqualTo(Map.of("MODE", "test"));
        assertThat(snapshot(3)).isEqualTo(Map.of("MODE", "test", "KEY", CANARY));
        api().get(path() + "/revisions")
                .then()
                .body("revisions[0].note", equalTo("secrets changed: KEY"))
                .body("revisions[1].note", equalTo("env changed: MODE"))
                .body("revisions[2].note", nullValue());
        api().get(path() + "/env").then().body("variables", equalTo(Map.of("MODE", "test")));
        api().get(path() + "/secrets")
                .then()
                .body("secrets", hasSize(1))
                .body("secrets[0].name", equalTo("KEY"));
        change("env", "{\"unset\":[\"MODE\"]}").body("revision", equalTo("v4"));
        assertThat(snapshot(4)).isEqualTo(Map.of("KEY", CANARY));
        assertThat(snapshot(2)).isEqualTo(Map.of("MODE", "test"));
    }

    @Test
    void whatIsSetBeforeTheFirstDeploymentIsInIt() {
        change("secrets", "{\"set\":{\"KEY\":\"1\"}}")
                .statusCode(200)
                .body("revision", nullValue());
        begun();
        assertThat(snapshot(1)).isEqualTo(Map.of("KEY", "1"));
    }

    @Test
    void aChangeDuringADeploymentIsOfTheBundleUnderWay() {
        deployed();
        json(manifest("export default { /* newer */ }"))
                .post(path() + "/revisions")
                .then()
                .statusCode(201);
        change("env", "{\"set\":{\"A\":\"1\"}}").body("revision", equalTo("v3"));
        assertThat(row(3).manifest()).isEqualTo(row(2).manifest());
    }

    private RevisionRecord row(int number) {
        return database.get(SystemRows.revision(id(number)), RevisionRecord.class)
                .orElseThrow()
                .value();
    }

    @Test
    void refusesWhatIsNoChangeAndSaysNothingOfItsValues() {
        for (String body :
                List.of(
                        "{}",
                        "{\"set\":{}}",
                        "{\"set\":{\"A\":12345}}",
                        "{\"set\":{\"\":\"12345\"}}",
                        "{\"set\":{\"A=B\":\"12345\"}}",
                        "{\"set\":{\"9A\":\"12345\"}}",
                        "{\"set\":{\"A\":\"12345\"}",
                        "12345")) {
            change("secrets", body)
                    .statusCode(400)
                    .body("error.message", not(containsString("12345")));
        }
        change("env", "{\"unset\":[\"NOTHING\"]}").statusCode(404);
        change("env", "{\"set\":{\"A\":\"%s\"}}".formatted("x".repeat(16 * 1024 + 1)))
                .statusCode(413);
        String many =
                IntStream.range(0, 129)
                        .mapToObj("\"N%d\":\"\""::formatted)
                        .collect(Collectors.joining(","));
        change("env", "{\"set\":{%s}}".formatted(many))
                .statusCode(429)
                .body("error.message", containsString("129"));
        change("env", "{\"set\":{\"A\":\"1\"}}").statusCode(200);
        change("secrets", "{\"set\":{\"A\":\"1\"}}")
                .statusCode(409)
                .body("error.message", containsString("is a variable"));
        change("secrets", "{\"unset\":[\"A\"]}").statusCode(409);
    }

    @Test
    void aSecretIsInNoAnswerNoRowNoBlobAndNoAuditInTheClear() throws IOException {
        deployed();
        change("secrets", "{\"set\":{\"KEY\":\"%s\"}}".formatted(CANARY)).statusCode(200);
        change("secrets", "{\"set\":{\"KEY\":\"%s\"}}".formatted(CANARY + "2")).statusCode(200);
        StringBuilder seen = new StringBuilder();
        for (String path :
                List.of("", "/env", "/secrets", "/revisions", "/revisions/v2", "/logs")) {
            seen.append(api().get(path() + path).asString());
        }
        seen.append(api().get("/api/v1/tenants/default/audit").asString());
        assertThat(seen.toString()).contains("\"KEY\":\"***\"").doesNotContain(CANARY);

        for (KvEntry entry :
                SystemDatabase.await(
                        store.database(SystemRows.DATABASE)
                                .listAll(KvSelector.prefix(KvKey.of(List.of()))))) {
            assertThat(new String(entry.value().data(), StandardCharsets.ISO_8859_1))
                    .doesNotContain(CANARY);
        }
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(content(file)).as(file.toString()).doesNotContain(CANARY);
            }
        }
    }

    /** What a file has; nothing when the store has deleted it meanwhile. */
    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    @Test
    void theMasterKeyIsReplacedAndEverythingOpensWithTheNewOne() throws IOException {
        change("secrets", "{\"set\":{\"KEY\":\"%s\"}}".formatted(CANARY)).statusCode(200);
        begun();
        Path file = Path.of(masterKeyFile);
        String before = Files.readString(file);

        api().post("/api/v1/master-key/rotation").then().statusCode(200);

        String after = Files.readString(file);
        assertThat(after).isNotEqualTo(before).hasSize(65);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(snapshot(1)).isEqualTo(Map.of("KEY", CANARY));
    }

    @Test
    void settingsEndWithTheirApp() {
        change("secrets", "{\"set\":{\"KEY\":\"1\"}}").statusCode(200);
        deployed();
        api().delete(path()).then().statusCode(204);
        api().get(path() + "/secrets").then().body("secrets", hasSize(0));
    }
}
