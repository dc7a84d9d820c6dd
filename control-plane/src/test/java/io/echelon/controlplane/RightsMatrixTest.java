package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.controlplane.GuideRoutes.Route;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every route of the OpenAPI document as everybody: what the table in docs/tenants.md says is what
 * happens, and the table has every route.
 */
@QuarkusTest
class RightsMatrixTest extends ControlPlaneTest {
    private static final Map<String, String> PARAMETERS =
            Map.of(
                    "app", "nothing",
                    "database", "nothing",
                    "revision", "v1",
                    "sha256", "0".repeat(64),
                    "id", "0".repeat(16));

    private String tenant;

    @BeforeEach
    void makeTenant() {
        tenant = "m-" + app.substring(4);
        Tokens.tenant(tenant);
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/kept/revisions".formatted(tenant))
                .then()
                .statusCode(201);
    }

    @Test
    void theTableOfTheGuideHasEveryRouteWithItsRight() throws IOException {
        assertThat(GuideRoutes.rights().keySet().stream().map(Object::toString).sorted().toList())
                .isEqualTo(
                        ApiDocument.read().routes().stream()
                                .map(Object::toString)
                                .sorted()
                                .toList());
        Map<Route, Role> roles = GuideRoutes.roles();
        GuideRoutes.rights()
                .forEach(
                        (route, right) ->
                                assertThat(roles.get(route))
                                        .as(route.toString())
                                        .isEqualTo(right.least()));
    }

    @Test
    void everyRoleMayDoWhatTheTableSaysAndNothingElse() throws IOException {
        Map<Role, String> tokens = new TreeMap<>();
        for (Role role : Role.values()) {
            tokens.put(
                    role,
                    role == Role.OPERATOR
                            ? PlatformFolder.TOKEN
                            : Tokens.member(tenant, role.wireName(), role.wireName()));
        }
        List<String> holes = new ArrayList<>();
        GuideRoutes.rights()
                .forEach(
                        (route, right) ->
                                tokens.forEach(
                                        (role, token) -> {
                                            int status = status(Tokens.with(token), route, tenant);
                                            boolean may = right.least().compareTo(role) <= 0;
                                            if (may
                                                    ? status == 401
                                                            || status == 403
                                                            || status >= 500
                                                    : status != 403) {
                                                holes.add(
                                                        "%s as %s: %d"
                                                                .formatted(route, role, status));
                                            }
                                        }));
        assertThat(holes).isEmpty();
    }

    @Test
    void anotherTenantsThingsAreNotFoundWhetherTheyExistOrNot() throws IOException {
        String other = "o-" + app.substring(4);
        Tokens.tenant(other);
        String owner = Tokens.member(other, "boss", "owner");
        List<String> holes = new ArrayList<>();
        GuideRoutes.rights()
                .forEach(
                        (route, right) -> {
                            for (String whose : List.of(tenant, "nobody-at-all")) {
                                int status = status(Tokens.with(owner), route, whose);
                                boolean ok =
                                        route.isOfTenant()
                                                ? status == 404
                                                : (status == 403)
                                                        == (right == Right.PLATFORM_OPERATE);
                                if (!ok) {
                                    holes.add("%s of %s: %d".formatted(route, whose, status));
                                }
                            }
                        });
        assertThat(holes).isEmpty();
    }

    @Test
    void aServiceMayDoWhatItsTokenSaysWithItsAppAlone() throws IOException {
        String token =
                Tokens.create(
                                api(),
                                tenant,
                                "{\"label\":\"ci\",\"app\":\"nothing\",\"rights\":[\"apps:deploy\",\"kv:read\"]}")
                        .statusCode(201)
                        .extract()
                        .path("token");
        List<Right> rights = List.of(Right.PLATFORM_READ, Right.APPS_DEPLOY, Right.KV_READ);
        List<String> holes = new ArrayList<>();
        GuideRoutes.rights()
                .forEach(
                        (route, right) -> {
                            int status = status(Tokens.with(token), route, tenant);
                            boolean isOfApp =
                                    route.path().contains("{app}")
                                            || route.path().contains("{database}")
                                            || route.path().contains("/blobs/")
                                            || !route.isOfTenant();
                            boolean may = rights.contains(right) && isOfApp;
                            if (may == (status == 403)) {
                                holes.add("%s: %d".formatted(route, status));
                            }
                            if (route.path().contains("{app}")) {
                                Route kept =
                                        new Route(
                                                route.method(),
                                                route.path().replace("{app}", "kept"));
                                if (status(Tokens.with(token), kept, tenant) != 404) {
                                    holes.add("%s of another app".formatted(route));
                                }
                            }
                        });
        assertThat(holes).isEmpty();
    }

    @Test
    void aShortLivedTokenMayDoWhatItsMakerMayButForWhatOutlivesIt() throws IOException {
        List<Right> lasting =
                List.of(Right.TOKENS_WRITE, Right.MEMBERS_WRITE, Right.KV_TOKENS, Right.TENANT_OWN);
        String token = minted(Tokens.member(tenant, "boss", "owner"));
        List<String> holes = new ArrayList<>();
        GuideRoutes.rights()
                .forEach(
                        (route, right) -> {
                            int status = status(Tokens.with(token), route, tenant);
                            boolean may =
                                    right.least().compareTo(Role.OWNER) <= 0
                                            && !lasting.contains(right);
                            if (status == 401 || may == (status == 403)) {
                                holes.add("%s: %d".formatted(route, status));
                            }
                        });
        assertThat(holes).isEmpty();
    }

    @Test
    void nobodyIsLetInWithoutATokenThatIsValid() throws IOException {
        String revoked = Tokens.member(tenant, "gone", "owner");
        String ofRevoked = minted(revoked);
        api().delete("/api/v1/tenants/%s/members/gone".formatted(tenant)).then().statusCode(204);
        List<String> holes = new ArrayList<>();
        for (Route route : GuideRoutes.rights().keySet()) {
            Map<String, RequestSpecification> callers =
                    Map.of(
                            "nobody", given(),
                            "revoked",
                                    Tokens.fromElsewhere()
                                            .header("Authorization", "Bearer " + revoked),
                            "revoked, by a short-lived token",
                                    Tokens.fromElsewhere()
                                            .header("Authorization", "Bearer " + ofRevoked),
                            "expired", Tokens.with(expired()),
                            "forged",
                                    Tokens.fromElsewhere()
                                            .header("Authorization", "Bearer " + forged()));
            callers.forEach(
                    (who, caller) -> {
                        int status = status(caller, route, tenant);
                        if (status != 401) {
                            holes.add("%s as %s: %d".formatted(route, who, status));
                        }
                    });
        }
        assertThat(holes).isEmpty();
    }

    /** A short-lived token of whoever has another one. */
    private static String minted(String token) {
        return Tokens.with(token)
                .contentType("application/json")
                .body("{}")
                .post("/api/v1/token")
                .then()
                .statusCode(201)
                .extract()
                .path("accessToken");
    }

    /** The token of an owner that was valid until a second ago. */
    private String expired() {
        BearerToken token = BearerToken.make(BearerToken.Kind.ACCESS, new SecureRandom());
        AccessTokenRecord record =
                new AccessTokenRecord(
                        token.id(),
                        new TenantName(tenant),
                        "old",
                        null,
                        null,
                        List.of(Right.values()),
                        token.sha256(),
                        "operator",
                        Instant.EPOCH,
                        Instant.now().minusSeconds(1));
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.accessToken(token.id())),
                                SystemDatabase.value(record)));
        return token.text();
    }

    /** A token with the id of a valid one, and another secret. */
    private String forged() {
        String valid =
                Tokens.create(
                                api(),
                                tenant,
                                "{\"label\":\"x\",\"rights\":[\"apps:read\"],\"expiresInDays\":1}")
                        .extract()
                        .path("token");
        String id = BearerToken.parse(BearerToken.Kind.ACCESS, valid).orElseThrow().id();
        api().delete("/api/v1/tenants/%s/tokens/%s".formatted(tenant, id));
        return valid.substring(0, valid.length() - 2) + (valid.endsWith("AA") ? "BB" : "AA");
    }

    private static int status(RequestSpecification caller, Route route, String tenant) {
        String path = route.path().replace("{tenant}", tenant);
        for (Map.Entry<String, String> parameter : PARAMETERS.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        path = path.replaceAll("\\{[^}]*}", "nobody");
        RequestSpecification request = caller;
        if (!route.method().equals("GET") && !route.method().equals("DELETE")) {
            request =
                    request.contentType(
                                    path.contains("/import")
                                            ? "application/x-ndjson"
                                            : path.contains("/blobs/0")
                                                    ? "application/octet-stream"
                                                    : "application/json")
                            .body("{".getBytes(StandardCharsets.UTF_8));
        }
        return request.request(route.method(), path).statusCode();
    }
}
