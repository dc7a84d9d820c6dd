package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.tenants.Quota;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class QuotaTest extends ControlPlaneTest {
    private String tenant;

    @BeforeEach
    void makeTenant() {
        tenant = "q-" + app.substring(4);
        Tokens.tenant(tenant);
    }

    private String base() {
        return "/api/v1/tenants/%s/quotas".formatted(tenant);
    }

    private void set(String overrides) {
        json("{\"overrides\":{%s}}".formatted(overrides)).put(base()).then().statusCode(200);
    }

    private void deploy(String name, int status) {
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/%s/revisions".formatted(tenant, name))
                .then()
                .statusCode(status);
    }

    @Test
    void showsEveryQuotaWithItsUseAndWhoDecidedIt() {
        deploy("shop", 201);
        api().get(base())
                .then()
                .statusCode(200)
                .body("plan", equalTo("default"))
                .body("quotas.size()", equalTo(Quota.values().length))
                .body("quotas.find { it.name == 'apps' }.used", equalTo(1))
                .body("quotas.find { it.name == 'apps' }.source", equalTo("standard"))
                .body("quotas.find { it.name == 'egressBytesPerDay' }.used", equalTo(0))
                .body("quotas.find { it.name == 'kvBytes' }.used", equalTo(0))
                .body("quotas.find { it.name == 'bundleBytes' }.used", nullValue());
        set("\"apps\":7");
        api().get(base())
                .then()
                .body("quotas.find { it.name == 'apps' }.limit", equalTo(7))
                .body("quotas.find { it.name == 'apps' }.source", equalTo("tenant"));
    }

    @Test
    void plansHoldForTheirTenants() {
        String plan = "p-" + app.substring(4);
        json("{\"plan\":\"%s\"}".formatted(plan)).put(base()).then().statusCode(404);
        json("{\"limits\":{\"cronsPerApp\":2}}")
                .put("/api/v1/plans/" + plan)
                .then()
                .statusCode(200);
        api().get("/api/v1/plans").then().body("plans.name", hasItem(plan));
        json("{\"plan\":\"%s\"}".formatted(plan)).put(base()).then().statusCode(200);
        api().get(base())
                .then()
                .body("quotas.find { it.name == 'cronsPerApp' }.limit", equalTo(2))
                .body("quotas.find { it.name == 'cronsPerApp' }.source", equalTo("plan"));
    }

    @Test
    void aChangeOnTopOfAnotherIsRefusedByItsTag() {
        String tag = api().get(base()).header("etag");
        json("{\"overrides\":{\"apps\":3}}")
                .header("if-match", tag)
                .put(base())
                .then()
                .statusCode(200)
                .header("etag", not(equalTo(tag)));
        json("{\"overrides\":{\"apps\":4}}")
                .header("if-match", tag)
                .put(base())
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"));
        api().get(base()).then().body("overrides.apps", equalTo(3));
    }

    @Test
    void everyChangeIsInTheAudit() {
        set("\"apps\":3");
        set("\"apps\":4");
        api().get("/api/v1/tenants/%s/audit".formatted(tenant))
                .then()
                .body("changes[0].action", equalTo("quotas.set"))
                .body("changes[0].before.overrides.apps", equalTo(3))
                .body("changes[0].after.overrides.apps", equalTo(4));
    }

    @Test
    void aTenantHasAsManyAppsAsItsQuotaAllows() {
        set("\"apps\":1");
        deploy("one", 201);
        deploy("one", 201);
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/two/revisions".formatted(tenant))
                .then()
                .statusCode(429)
                .body("error.code", equalTo("OVER_QUOTA"))
                .body("error.message", containsString("1 apps"));
        set("\"apps\":2");
        deploy("two", 201);
    }

    @Test
    void aBundleIsAtMostAsLargeAsTheQuotaAllows() {
        set("\"bundleBytes\":5");
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/one/revisions".formatted(tenant))
                .then()
                .statusCode(429)
                .body("error.message", containsString("bundleBytes"));
        api().get("/api/v1/tenants/%s/apps/one".formatted(tenant)).then().statusCode(404);
    }

    @Test
    void showsTheBytesThatAllDatabasesHold() {
        String databases = "/api/v1/tenants/%s/databases".formatted(tenant);
        json("\"%s\"".formatted("x".repeat(500)))
                .queryParam("key", "[1]")
                .put(databases + "/a/entry")
                .then()
                .statusCode(200);
        json("1").queryParam("key", "[1]").put(databases + "/b/entry").then().statusCode(200);
        JsonPath listed = api().get(databases).then().statusCode(200).extract().jsonPath();
        long bytes = listed.getLong("databases.find { it.name == 'a' }.bytes");
        assertThat(bytes).isBetween(530L, 600L);
        assertThat(listed.getLong("databases.find { it.name == 'a' }.entries")).isEqualTo(1);
        assertThat(listed.getLong("databases.find { it.name == 'a' }.messages")).isZero();
        assertThat(
                        api().get(base())
                                .jsonPath()
                                .getLong("quotas.find { it.name == 'kvBytes' }.used"))
                .isEqualTo(bytes + listed.getLong("databases.find { it.name == 'b' }.bytes"));
    }

    @Test
    void databasesFromOutsideCountToo() {
        set("\"databases\":1");
        String databases = "/api/v1/tenants/%s/databases".formatted(tenant);
        json("1").queryParam("key", "[1]").put(databases + "/a/entry").then().statusCode(200);
        json("1").queryParam("key", "[1]").put(databases + "/a/entry").then().statusCode(200);
        json("1")
                .queryParam("key", "[1]")
                .put(databases + "/b/entry")
                .then()
                .statusCode(429)
                .body("error.message", containsString("quota databases"));
        json("{\"access\":\"read\"}").post(databases + "/b/tokens").then().statusCode(429);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"overrides\":{\"aps\":1}}",
                "{\"overrides\":{\"apps\":-1}}",
                "{\"overrides\":{\"apps\":1.5}}",
                "{\"overrides\":{\"apps\":\"1\"}}",
                "{\"overrides\":{\"bundleBytes\":99999999999}}",
                "{\"plan\":\"NO\"}",
                "{\"limits\":{}}"
            })
    void refusesWhatIsNoQuota(String body) {
        json(body)
                .put(base())
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void goesWithItsTenant() {
        set("\"apps\":1");
        api().delete("/api/v1/tenants/" + tenant).then().statusCode(204);
        Tokens.tenant(tenant);
        api().get(base()).then().body("overrides.size()", equalTo(0));
        api().get("/api/v1/tenants/nobody-at-all/quotas").then().statusCode(404);
    }
}
