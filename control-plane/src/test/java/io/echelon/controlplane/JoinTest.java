package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.JoinRequest;
import io.echelon.tenants.JoinToken;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeTokenRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of other machines: tokens, joining by them, and being removed. */
@QuarkusTest
class JoinTest extends ControlPlaneTest {
    private static final String TOKENS = "/api/v1/node-tokens";
    private static final URI STORE = URI.create("https://10.0.0.1:7443");
    private static final URI HERE = URI.create("https://10.0.0.5:7443");
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private KeyPair keys;

    @BeforeEach
    void openForOthers() throws Exception {
        keys = TestAuthority.keys("EC", 256);
        write(
                SystemRows.knownNode("node-0"),
                new NodeRecord("node-0", NOWHERE, NOWHERE, NOWHERE, Instant.EPOCH, "1").at(STORE));
    }

    @AfterEach
    void forget() {
        for (List<Object> prefix :
                List.of(
                        SystemRows.knownNodes(),
                        SystemRows.nodeMembers(),
                        SystemRows.nodeTokens(),
                        SystemRows.nodeOrders())) {
            database.deleteAll(prefix);
        }
    }

    private void write(List<Object> key, Object record) {
        database.commit(AtomicWrite.builder().set(KvKey.of(key), SystemDatabase.value(record)));
    }

    private JoinToken token(String request) {
        String text =
                api().contentType("application/json")
                        .body(request)
                        .post(TOKENS)
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("token");
        return JoinToken.parse(text).orElseThrow();
    }

    private String csr() throws Exception {
        return TestAuthority.pem(
                new PemObject(
                        "CERTIFICATE REQUEST",
                        new JcaPKCS10CertificationRequestBuilder(
                                        new X500Principal("CN=any"), keys.getPublic())
                                .build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(keys.getPrivate()))
                                .getEncoded()));
    }

    private JoinRequest request(JoinToken token, @Nullable String node) throws Exception {
        return JoinRequest.by(
                token.bearer(), node, HERE, csr(), "0.1.0", System.currentTimeMillis());
    }

    private static ValidatableResponse join(JoinRequest request) {
        return given().contentType("application/json")
                .body(Json.bytes(request))
                .post("/api/v1/join")
                .then();
    }

    @Test
    void aNodeJoinsOnceByAToken() throws Exception {
        JoinToken token = token("{}");

        ValidatableResponse joined =
                join(request(token, null))
                        .statusCode(200)
                        .body("node", equalTo("joined-1"))
                        .body("store", equalTo(List.of(STORE.toString())));

        X509Certificate authority =
                ClusterTls.certificate(joined.extract().<String>path("authority"));
        X509Certificate certificate =
                ClusterTls.certificate(joined.extract().<String>path("certificate"));
        assertThat(ClusterTls.digest(authority)).isEqualTo(token.authoritySha256());
        certificate.verify(authority.getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(ClusterTls.names(certificate)).containsExactly("joined-1.node.echelon.internal");
        join(request(token, null))
                .statusCode(401)
                .body("error.message", containsString("used already"));
        api().get("/api/v1/tenants/default/audit?limit=5")
                .then()
                .body("changes.action", hasItem("nodes.join"))
                .body("changes.action", hasItem("nodeTokens.create"))
                .body(not(containsString(token.bearer().text())));
    }

    @Test
    void aTokenIsKeptAsADigestAndToldOnce() {
        JoinToken token = token("{\"expiresInMinutes\":5,\"uses\":2}");

        api().get(TOKENS)
                .then()
                .statusCode(200)
                .body("tokens.id", equalTo(List.of(token.bearer().id())))
                .body("tokens.uses", equalTo(List.of(2)))
                .body(not(containsString(token.bearer().text())));
        NodeTokenRecord kept =
                database.get(SystemRows.nodeToken(token.bearer().id()), NodeTokenRecord.class)
                        .orElseThrow()
                        .value();
        assertThat(kept.sha256()).isEqualTo(token.bearer().sha256());
        assertThat(kept.expiresAt())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(4)),
                        Instant.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void refusesTokensThatAreForeignExpiredOrRevoked() throws Exception {
        JoinToken revoked = token("{}");
        api().delete(TOKENS + "/" + revoked.bearer().id()).then().statusCode(204);
        join(request(revoked, null))
                .statusCode(401)
                .body("error.message", containsString("revoked"));
        api().delete(TOKENS + "/" + revoked.bearer().id()).then().statusCode(404);

        JoinToken expired = token("{}");
        write(
                SystemRows.nodeToken(expired.bearer().id()),
                new NodeTokenRecord(
                        expired.bearer().id(),
                        expired.bearer().sha256(),
                        1,
                        "operator",
                        Instant.EPOCH,
                        Instant.now().minusSeconds(1)));
        join(request(expired, null))
                .statusCode(401)
                .body("error.message", containsString("expired"));

        JoinToken good = token("{}");
        JoinRequest right = request(good, null);
        JoinRequest changed =
                new JoinRequest(
                        right.token(),
                        right.node(),
                        "https://10.6.6.6:7443",
                        right.csr(),
                        right.version(),
                        right.timeMillis(),
                        right.proof());
        join(changed).statusCode(401).body("error.message", containsString("not one of this"));
        join(right).statusCode(200);
    }

    @Test
    void refusesClocksReleasesNamesAndAddressesThatCannotBe() throws Exception {
        JoinToken token = token("{\"uses\":2}");
        long late = System.currentTimeMillis() + Duration.ofHours(2).toMillis();
        join(JoinRequest.by(token.bearer(), null, HERE, csr(), "0.1.0", late))
                .statusCode(409)
                .body("error.message", containsString("ahead of"));
        long now = System.currentTimeMillis();
        join(JoinRequest.by(token.bearer(), null, HERE, csr(), "0.3.0", now))
                .statusCode(409)
                .body("error.message", containsString("one minor release apart"));
        join(request(token, "node-2")).statusCode(400);
        join(request(token, "Bad_Name")).statusCode(400);
        join(JoinRequest.by(token.bearer(), null, STORE, csr(), "0.1.0", now)).statusCode(200);
        join(JoinRequest.by(token.bearer(), null, STORE, csr(), "0.1.0", now))
                .statusCode(409)
                .body("error.message", containsString("is that of the node joined-1"));
        join(request(token, "joined-1")).statusCode(409);
        join(request(token, "second")).statusCode(200);
    }

    @Test
    void refusesWhatTokensCannotBe() {
        for (String body :
                List.of(
                        "{\"uses\":0}",
                        "{\"uses\":101}",
                        "{\"expiresInMinutes\":10081}",
                        "{\"x\":1}")) {
            api().contentType("application/json").body(body).post(TOKENS).then().statusCode(400);
        }
        database.deleteAll(SystemRows.knownNodes());
        api().contentType("application/json")
                .body("{}")
                .post(TOKENS)
                .then()
                .statusCode(409)
                .body("error.message", containsString("--cluster"));
    }

    @Test
    void aNodeThatWasRemovedIsGoneForGood() throws Exception {
        JoinToken token = token("{\"uses\":2}");
        join(request(token, "far")).statusCode(200);

        api().delete("/api/v1/nodes/far").then().statusCode(204);

        assertThat(database.keys(SystemRows.nodeMembers())).isEmpty();
        api().delete("/api/v1/nodes/far").then().statusCode(409);
        join(request(token, "far")).statusCode(409).body("error.message", containsString("or was"));
        api().delete("/api/v1/nodes/node-1")
                .then()
                .statusCode(409)
                .body("error.message", containsString("did not join"));
        api().delete("/api/v1/nodes/nobody").then().statusCode(404);
    }
}
