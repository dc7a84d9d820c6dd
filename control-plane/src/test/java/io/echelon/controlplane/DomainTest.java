package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainOwner;
import io.echelon.tenants.Json;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class DomainTest extends ControlPlaneTest {
    @ConfigProperty(name = "test.folder")
    String folder;

    @Inject SettingsKeys keys;

    private String host;

    @BeforeEach
    void name() {
        host = "www." + app + ".example";
    }

    private ValidatableResponse add(String path, String name) {
        return json("{\"host\":\"%s\"}".formatted(name)).post(path + "/domains").then();
    }

    private ValidatableResponse verify(String path) {
        return api().post(path + "/domains/" + host + "/verify").then();
    }

    /** Has the TXT record of a host say something. */
    private void say(String... texts) throws IOException {
        Files.write(Path.of(folder, "dns", "_echelon-challenge." + host), List.of(texts));
    }

    private void owned() throws IOException {
        deployed();
        say(add(path(), host).statusCode(201).extract().<String>path("record.value"));
        verify(path()).statusCode(200).body("state", equalTo("VERIFIED"));
    }

    @Test
    void aHostIsVerifiedByItsTxtRecord() throws IOException {
        deployed();
        String challenge =
                add(path(), "WWW." + app + ".Example.")
                        .statusCode(201)
                        .body("host", equalTo(host))
                        .body("state", equalTo("PENDING"))
                        .body("record.type", equalTo("TXT"))
                        .body("record.name", equalTo("_echelon-challenge." + host))
                        .body("certificate", nullValue())
                        .extract()
                        .path("record.value");
        add(path(), host).statusCode(201).body("record.value", equalTo(challenge));
        verify(path()).statusCode(409).body("error.message", containsString("there is none"));
        say("something else");
        verify(path())
                .statusCode(409)
                .body("error.message", containsString("it says something else"));
        say("something else", challenge);
        verify(path())
                .statusCode(200)
                .body("state", equalTo("VERIFIED"))
                .body("verifiedAt", notNullValue());
        verify(path()).statusCode(200);
        api().get(path() + "/domains")
                .then()
                .body("domains", hasSize(1))
                .body("domains[0].state", equalTo("VERIFIED"));
        assertThat(api().get("/api/v1/tenants/default/audit").asString())
                .contains("\"verified\":true");
    }

    @Test
    void aHostLeadsToOneTenantOnlyAndIsFreeOnceItIsRemoved() throws IOException {
        Tokens.tenant("t-" + app.substring(4));
        String other = "/api/v1/tenants/t-%s/apps/theirs".formatted(app.substring(4));
        json(manifest("export default {}")).post(other + "/revisions").then().statusCode(201);
        String theirs = add(other, host).statusCode(201).extract().path("record.value");
        owned();
        say(theirs);
        verify(other)
                .statusCode(409)
                .body("error.message", containsString("that of another tenant"));
        add(other, host).statusCode(201);
        api().delete(other + "/domains/" + host).then().statusCode(204);
        add(other, host).statusCode(409);
        api().delete(path() + "/domains/" + host).then().statusCode(204);
        api().delete(path() + "/domains/" + host).then().statusCode(404);
        say(add(other, host).statusCode(201).extract().<String>path("record.value"));
        verify(other).statusCode(200);
    }

    @Test
    void anAppThatIsDeletedLetsGoOfItsHosts() throws Exception {
        owned();
        certified(TestAuthority.keys("EC", 256)).statusCode(200);
        api().delete(path()).then().statusCode(204);
        DomainName name = new DomainName(host);
        assertThat(database.get(SystemRows.domainOwner(name), DomainOwner.class)).isEmpty();
        assertThat(database.get(SystemRows.certificate(name), CertificateRecord.class)).isEmpty();
        deployed();
        api().get(path() + "/domains").then().body("domains", empty());
    }

    private ValidatableResponse certified(KeyPair pair) {
        try {
            TestAuthority authority = TestAuthority.make();
            String chain =
                    TestAuthority.pem(
                            authority.issue(pair, Duration.ofDays(90), host),
                            authority.certificate);
            return json(Json.mapper()
                            .writeValueAsString(
                                    Map.of(
                                            "certificate",
                                            chain,
                                            "key",
                                            TestAuthority.keyPem(pair))))
                    .put(path() + "/domains/" + host + "/certificate")
                    .then();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCertificateIsKeptSealedAndShownWithoutItsKey() throws Exception {
        deployed();
        String challenge = add(path(), host).extract().path("record.value");
        KeyPair pair = TestAuthority.keys("EC", 256);
        certified(pair).statusCode(409).body("error.message", containsString("is not verified"));
        say(challenge);
        verify(path()).statusCode(200);
        String fingerprint =
                certified(pair)
                        .statusCode(200)
                        .body("certificate.source", equalTo("UPLOADED"))
                        .body("certificate.notAfter", notNullValue())
                        .extract()
                        .path("certificate.fingerprint");
        CertificateRecord record =
                database.get(SystemRows.certificate(new DomainName(host)), CertificateRecord.class)
                        .orElseThrow()
                        .value();
        assertThat(record.fingerprint()).isEqualTo(fingerprint);
        assertThat(record.open(keys.of(TenantName.DEFAULT)))
                .isEqualTo(pair.getPrivate().getEncoded());
        assertThat(new String(Json.bytes(record), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(
                        java.util.Base64.getEncoder()
                                .encodeToString(pair.getPrivate().getEncoded()));
        String audit = api().get("/api/v1/tenants/default/audit").asString();
        assertThat(audit).contains(fingerprint).doesNotContain("PRIVATE KEY");
        String wrong =
                json("{\"certificate\":\"x\",\"key\":\"very private\",\"more\":1}")
                        .put(path() + "/domains/" + host + "/certificate")
                        .then()
                        .statusCode(400)
                        .extract()
                        .asString();
        assertThat(wrong).doesNotContain("very private");
    }

    @Test
    void withoutAnAuthorityNoCertificateIsOrdered() throws IOException {
        owned();
        api().post(path() + "/domains/" + host + "/certificate/order")
                .then()
                .statusCode(409)
                .body("error.message", containsString("its operator sets ECHELON_ACME"));
        api().get(path() + "/domains/" + host).then().body("renewal", nullValue());
    }

    @Test
    void redirectsAndHstsAreChangedOneByOne() throws IOException {
        owned();
        String domain = path() + "/domains/" + host;
        json("{\"http\":\"REDIRECT\"}")
                .patch(domain)
                .then()
                .statusCode(200)
                .body("http", equalTo("REDIRECT"))
                .body("hstsSeconds", equalTo(0));
        json("{\"hstsSeconds\":31536000}")
                .patch(domain)
                .then()
                .body("http", equalTo("REDIRECT"))
                .body("hstsSeconds", equalTo(31_536_000));
        json("{\"hstsSeconds\":63072001}")
                .patch(domain)
                .then()
                .statusCode(400)
                .body("error.message", containsString("63,072,000"));
        json("{\"http\":\"maybe\"}").patch(domain).then().statusCode(400);
        api().get(domain).then().body("hstsSeconds", equalTo(31_536_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "shop.localhost",
                "a.b.localhost",
                "127.0.0.1",
                "*.shop.example",
                "co.uk",
                "github.io",
                "com",
                "printer.local",
                "metadata.internal",
                "x.onion",
                "pаypal.example"
            })
    void refusesWhatIsNobodysOwn(String name) {
        deployed();
        add(path(), name).statusCode(400).body("error.code", equalTo("INVALID_ARGUMENT"));
        api().get(path() + "/domains").then().body("domains", empty());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        add(path(), host).statusCode(404);
        deployed();
        verify(path()).statusCode(404);
        api().get(path() + "/domains/" + host).then().statusCode(404);
        json("{\"hstsSeconds\":1}").patch(path() + "/domains/" + host).then().statusCode(404);
        api().get(path() + "/domains/not%20a%20name").then().statusCode(400);
    }
}
