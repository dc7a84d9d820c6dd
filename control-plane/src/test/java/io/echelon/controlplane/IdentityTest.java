package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.Limits;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.Role;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class IdentityTest extends ControlPlaneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private String tenant;

    @BeforeEach
    void makeTenant() {
        tenant = "t-" + app.substring(4);
        Tokens.tenant(tenant);
    }

    private String base() {
        return "/api/v1/tenants/" + tenant;
    }

    @Test
    void makesListsAndDeletesTenants() {
        api().put(base()).then().statusCode(409).body("error.code", equalTo("CONFLICT"));
        api().get("/api/v1/tenants?limit=500").then().body("tenants.name", hasItem("default"));
        api().put("/api/v1/tenants/UPPER").then().statusCode(400);
        api().put("/api/v1/tenants/v1").then().statusCode(400);
        api().delete("/api/v1/tenants/default").then().statusCode(409);

        String token = Tokens.member(tenant, "ada", "owner");
        Tokens.with(token)
                .get("/api/v1/tenants")
                .then()
                .body("tenants.name", equalTo(List.of(tenant)));
        api().delete(base()).then().statusCode(204);
        api().delete(base()).then().statusCode(404);
        Tokens.fromElsewhere()
                .header("Authorization", "Bearer " + token)
                .get("/api/v1/whoami")
                .then()
                .statusCode(401);
    }

    @Test
    void keepsATenantThatHasSomething() {
        json(manifest("export default {}"))
                .post(base() + "/apps/shop/revisions")
                .then()
                .statusCode(201);
        json("1")
                .queryParam("key", "[1]")
                .put(base() + "/databases/d/entry")
                .then()
                .statusCode(200);
        api().delete(base()).then().statusCode(409).body("error.message", containsString("apps"));
        api().delete(base() + "/apps/shop").then().statusCode(204);
        api().delete(base()).then().statusCode(409).body("error.message", containsString("\"d\""));
        api().delete(base() + "/databases/d").then().statusCode(204);
        api().delete(base()).then().statusCode(204);
    }

    @Test
    void aTenantComesIntoBeingWithTheOperatorsFirstDeployment() {
        String fresh = "f-" + app.substring(4);
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/shop/revisions".formatted(fresh))
                .then()
                .statusCode(201);
        api().put("/api/v1/tenants/" + fresh).then().statusCode(409);
    }

    @Test
    void aMemberIsWhatItsRoleSaysFromOneRequestToTheNext() {
        String token = Tokens.member(tenant, "ada@example.com", "viewer");
        Tokens.with(token)
                .get("/api/v1/whoami")
                .then()
                .body("kind", equalTo("member"))
                .body("name", equalTo("ada@example.com"))
                .body("tenant", equalTo(tenant))
                .body("role", equalTo("viewer"))
                .body("rights", hasItem("apps:read"))
                .body("rights", not(hasItem("apps:deploy")));
        Tokens.with(token).get(base() + "/databases").then().statusCode(403);
        json("{\"role\":\"developer\"}")
                .put(base() + "/members/ada@example.com")
                .then()
                .statusCode(204);
        Tokens.with(token).get(base() + "/databases").then().statusCode(200);
        api().delete(base() + "/members/ada@example.com").then().statusCode(204);
        Tokens.with(token).get(base() + "/databases").then().statusCode(401);
        api().get(base() + "/tokens").then().body("tokens", hasSize(0));
        api().delete(base() + "/members/ada@example.com").then().statusCode(404);
        json("{\"role\":\"viewer\"}")
                .put(base() + "/members/ada@example.com")
                .then()
                .statusCode(404);
    }

    @Test
    void refusesAMemberThatIsNone() {
        Tokens.member(tenant, "ada", "viewer");
        Tokens.add(api(), tenant, "ada", "viewer").statusCode(409);
        Tokens.add(api(), tenant, "ADA", "viewer").statusCode(400);
        Tokens.add(api(), tenant, "x".repeat(65), "viewer").statusCode(400);
        Tokens.add(api(), tenant, "bob", "operator").statusCode(400);
        Tokens.add(api(), tenant, "bob", "king")
                .statusCode(400)
                .body("error.message", containsString("viewer, developer, admin or owner"));
        Tokens.add(api(), "no-such-tenant", "bob", "viewer").statusCode(404);
        json("{\"name\":\"bob\"}").post(base() + "/members").then().statusCode(400);
    }

    @Test
    void nobodyGivesOrTakesWhatHeHasNot() {
        String admin = Tokens.member(tenant, "ada", "admin");
        Tokens.member(tenant, "olga", "owner");
        Tokens.add(Tokens.with(admin), tenant, "bob", "owner").statusCode(403);
        Tokens.add(Tokens.with(admin), tenant, "bob", "admin").statusCode(201);
        Tokens.with(admin).delete(base() + "/members/olga").then().statusCode(403);
        Tokens.with(admin)
                .contentType("application/json")
                .body("{\"role\":\"owner\"}")
                .put(base() + "/members/ada")
                .then()
                .statusCode(403);
        Tokens.create(Tokens.with(admin), tenant, "{\"label\":\"x\",\"member\":\"olga\"}")
                .statusCode(403);
        Tokens.create(Tokens.with(admin), tenant, "{\"label\":\"x\",\"rights\":[\"tenant:own\"]}")
                .statusCode(403)
                .body("error.message", containsString("tenant:own"));
        String owners =
                api().get(base() + "/tokens").path("tokens.find { it.member == 'olga' }.id");
        Tokens.with(admin).delete(base() + "/tokens/" + owners).then().statusCode(403);
        String service =
                Tokens.create(
                                api(),
                                tenant,
                                "{\"label\":\"x\",\"rights\":[\"tokens:write\",\"members:write\"]}")
                        .statusCode(201)
                        .extract()
                        .path("token");
        Tokens.create(
                        Tokens.with(service),
                        tenant,
                        "{\"label\":\"y\",\"rights\":[\"apps:deploy\"]}")
                .statusCode(403);
        Tokens.add(Tokens.with(service), tenant, "eve", "viewer").statusCode(403);
    }

    @Test
    void aServicesTokenIsToldOnceAndOpensNothingOnceRevoked() {
        var made =
                Tokens.create(
                                api(),
                                tenant,
                                "{\"label\":\"ci\",\"rights\":[\"apps:deploy\"],\"expiresInDays\":30}")
                        .statusCode(201)
                        .body("token", startsWith("eat_"))
                        .extract();
        String token = made.path("token");
        String id = made.path("id");
        api().get(base() + "/tokens")
                .then()
                .body("tokens[0].id", equalTo(id))
                .body("tokens[0].lastUsedAt", nullValue())
                .body("tokens[0].createdBy", equalTo("operator"));
        Tokens.with(token).get("/api/v1/whoami").then().body("kind", equalTo("service"));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (api().get(base() + "/tokens").path("tokens[0].lastUsedAt") == null) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
        String list = api().get(base() + "/tokens").asString();
        assertThat(list).doesNotContain(token).doesNotContain("sha256");
        assertThat(
                        database.get(SystemRows.accessToken(id), AccessTokenRecord.class)
                                .orElseThrow()
                                .toString())
                .doesNotContain(token.substring(21));
        api().delete(base() + "/tokens/" + id).then().statusCode(204);
        Tokens.with(token).get("/api/v1/whoami").then().statusCode(401);
        api().delete(base() + "/tokens/" + id).then().statusCode(404);
        api().delete(base() + "/tokens/nonsense").then().statusCode(404);
    }

    @Test
    void refusesATokenThatIsNone() {
        for (String request :
                List.of(
                        "{\"label\":\"x\"}",
                        "{\"label\":\"x\",\"rights\":[]}",
                        "{\"label\":\"\",\"rights\":[\"apps:read\"]}",
                        "{\"label\":\"a\\nb\",\"rights\":[\"apps:read\"]}",
                        "{\"label\":\"x\",\"rights\":[\"apps:raed\"]}",
                        "{\"label\":\"x\",\"rights\":[\"platform:operate\"]}",
                        "{\"label\":\"x\",\"rights\":[\"apps:read\"],\"expiresInDays\":0}",
                        "{\"label\":\"x\",\"rights\":[\"apps:read\"],\"expiresInDays\":367}",
                        "{\"label\":\"x\",\"rights\":[\"apps:read\"],\"app\":\"A\"}")) {
            Tokens.create(api(), tenant, request).statusCode(400);
        }
        Tokens.create(api(), tenant, "{\"label\":\"x\",\"member\":\"nobody\"}").statusCode(404);
        Tokens.create(api(), "no-such-tenant", "{\"label\":\"x\",\"rights\":[\"apps:read\"]}")
                .statusCode(404);
    }

    @Test
    void refusesMembersAndTokensAboveTheLimit() {
        TenantName name = new TenantName(tenant);
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int i = 0; i < Limits.MEMBERS_PER_TENANT_MAX; i++) {
            MemberName member = new MemberName("m" + i);
            write.set(
                    KvKey.of(SystemRows.member(name, member)),
                    SystemDatabase.value(
                            new MemberRecord(
                                    name, member, Role.VIEWER, Instant.EPOCH, null, null)));
        }
        for (int i = 0; i < Limits.TOKENS_PER_TENANT_MAX; i++) {
            String id = "%016x".formatted(i);
            write.set(
                    KvKey.of(SystemRows.accessToken(name, id)),
                    SystemDatabase.value(
                            new AccessTokenRecord(
                                    id,
                                    name,
                                    "x",
                                    null,
                                    null,
                                    List.of(),
                                    "",
                                    "operator",
                                    Instant.EPOCH,
                                    Instant.EPOCH)));
        }
        database.commit(write);
        Tokens.add(api(), tenant, "one-more", "viewer")
                .statusCode(429)
                .body("error.message", containsString("200 members"));
        Tokens.create(api(), tenant, "{\"label\":\"x\",\"rights\":[\"apps:read\"]}")
                .statusCode(429)
                .body("error.code", equalTo("OVER_QUOTA"));
        api().delete(base()).then().statusCode(204);
        assertThat(database.keys(SystemRows.accessTokens(name))).isEmpty();
    }

    @Test
    void theAuditSaysWhoChangedWhatFromWhereAndHow() {
        String admin = Tokens.member(tenant, "ada", "admin");
        String bob = Tokens.member(tenant, "bob", "viewer");
        Tokens.with(admin)
                .contentType("application/json")
                .body("{\"role\":\"developer\"}")
                .put(base() + "/members/bob")
                .then()
                .statusCode(204);
        Tokens.with(admin)
                .contentType("application/json")
                .body("{\"role\":\"king\"}")
                .put(base() + "/members/bob")
                .then()
                .statusCode(400);
        Tokens.with(bob).delete(base() + "/members/ada").then().statusCode(403);

        String rows =
                Tokens.with(admin)
                        .get(base() + "/audit")
                        .then()
                        .statusCode(200)
                        .body("changes", hasSize(4))
                        .body("changes[0].action", equalTo("members.role"))
                        .body("changes[0].actor", equalTo("member ada"))
                        .body("changes[0].from", equalTo("127.0.0.1"))
                        .body("changes[0].target", equalTo(base() + "/members/bob"))
                        .body("changes[0].outcome", equalTo("DONE"))
                        .body("changes[0].before.role", equalTo("viewer"))
                        .body("changes[0].after.role", equalTo("developer"))
                        .body("changes[0].requestId", notNullValue())
                        .body("changes[3].action", equalTo("tenants.create"))
                        .body("changes[3].actor", equalTo("operator"))
                        .extract()
                        .asString();
        assertThat(rows).doesNotContain("eat_").doesNotContain(PlatformFolder.TOKEN);

        String cursor =
                api().get(base() + "/audit?limit=3")
                        .then()
                        .body("changes", hasSize(3))
                        .extract()
                        .path("cursor");
        api().queryParam("cursor", cursor)
                .get(base() + "/audit?limit=3")
                .then()
                .body("changes", hasSize(1))
                .body("cursor", nullValue());
    }

    @Test
    void aTenantDoesNotSeeTheAuditOfAnEarlierOneOfItsName() {
        api().delete(base()).then().statusCode(204);
        Tokens.tenant(tenant);
        String owner = Tokens.member(tenant, "ada", "owner");

        assertThat(Tokens.with(owner).get(base() + "/audit").<List<String>>path("changes.action"))
                .doesNotContain("tenants.delete");
        assertThat(api().get(base() + "/audit").<List<String>>path("changes.action"))
                .contains("tenants.delete");
    }

    @Test
    void hidesNodesFromMembers() {
        String owner = Tokens.member(tenant, "ada", "owner");
        Tokens.with(owner)
                .get("/api/v1/platform")
                .then()
                .statusCode(200)
                .body("http", notNullValue())
                .body("nodes", hasSize(0));
    }
}
