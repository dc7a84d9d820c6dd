package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.Right;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who signed in and out, and who was refused, stands in the audit of whom it concerns. */
@QuarkusTest
class SignInTrailTest extends ControlPlaneTest {
    private String tenant;

    @BeforeEach
    void makeTenant() {
        tenant = "s-" + app.substring(4);
        Tokens.tenant(tenant);
    }

    @Test
    void aSessionsBeginAndEndAreInTheAuditOfItsTenantAlone() throws Exception {
        String token = Tokens.member(tenant, "ada", "admin");
        String session = signIn(given(), token).then().statusCode(303).extract().cookie(cookie());
        signOut(session);
        signOut(session);

        List<Map<String, Object>> rows = audit(Tokens.with(token), tenant);
        assertThat(rows)
                .extracting(row -> row.get("action"))
                .startsWith("signIn.out", "signIn.token")
                .containsOnlyOnce("signIn.out");
        for (Map<String, Object> row : rows.subList(0, 2)) {
            assertThat(row)
                    .containsEntry("actor", "member ada")
                    .containsEntry("from", "127.0.0.1")
                    .containsEntry("outcome", "DONE");
        }
        assertThat(rows.get(1)).containsEntry("after", Map.of("token", id(token)));
        assertThat(rows.toString()).doesNotContain(token.substring(22)).doesNotContain(session);
        assertThat(
                        audit(api(), "default").stream()
                                .filter(row -> row.toString().contains(id(token))))
                .isEmpty();
    }

    @Test
    void theOperatorsSignInIsInTheAuditOfThePlatform() throws Exception {
        signIn(given(), PlatformFolder.TOKEN).then().statusCode(303);

        Map<String, Object> row = audit(api(), "default").getFirst();
        assertThat(row)
                .containsEntry("action", "signIn.token")
                .containsEntry("actor", "operator")
                .containsEntry("after", null);
        assertThat(audit(api(), "default").toString()).doesNotContain(PlatformFolder.TOKEN);
    }

    @Test
    void wrongTokensAreCountedInOneRowThatHasNoneOfThem() throws Exception {
        String right = Tokens.member(tenant, "ada", "admin");
        String wrong = right.substring(0, right.length() - 2) + "AA";
        RequestSpecification elsewhere = Tokens.fromElsewhere();
        for (int i = 0; i < 20; i++) {
            signIn(given().spec(elsewhere), wrong).then().statusCode(401);
        }
        for (int i = 0; i < 3; i++) {
            given().spec(elsewhere)
                    .header("Authorization", "Bearer " + wrong)
                    .get("/api/v1/whoami")
                    .then()
                    .statusCode(401);
        }
        given().spec(elsewhere).get("/api/v1/whoami").then().statusCode(401);

        String account = "token " + id(right);
        Map<String, Object> console =
                awaitRow("default", "signIn.refused", account, row -> count(row) == 20);
        assertThat(console)
                .containsEntry("outcome", "REFUSED")
                .containsEntry("target", "/sign-in")
                .extractingByKey("from")
                .asString()
                .startsWith("127.1.");
        assertThat(console.get("after").toString()).contains("{wrong token=20}");
        awaitRow("default", "tokens.refused", account, row -> count(row) == 3);
        List<Map<String, Object>> rows = audit(api(), "default");
        assertThat(rows.stream().filter(row -> row.toString().contains(account))).hasSize(2);
        assertThat(rows.toString()).doesNotContain(wrong.substring(22));
        assertThat(audit(api(), tenant).toString()).doesNotContain(account);
    }

    @Test
    void aTokenThatExpiredIsInTheAuditOfItsTenant() throws Exception {
        String token = expired();
        signIn(given(), token).then().statusCode(401);
        Tokens.with(token).get("/api/v1/whoami").then().statusCode(401);

        for (String action : List.of("signIn.refused", "tokens.refused")) {
            Map<String, Object> row =
                    awaitRow(tenant, action, "service " + id(token), one -> count(one) == 1);
            assertThat(row.get("after").toString()).contains("{expired token=1}");
        }
    }

    @Test
    void whoIsListenedToNoMoreIsCountedOn() throws Exception {
        RequestSpecification elsewhere = Tokens.fromElsewhere();
        BearerToken wrong = BearerToken.make(BearerToken.Kind.ACCESS, new SecureRandom());
        int tries = 0;
        int status = 0;
        while (status != 429 && tries <= 3 * WrongTokens.BURST) {
            status = signIn(given().spec(elsewhere), wrong.text()).statusCode();
            tries++;
        }
        int sent = tries;
        assertThat(status).isEqualTo(429);

        Map<String, Object> row =
                awaitRow(
                        "default",
                        "signIn.refused",
                        "token " + wrong.id(),
                        one -> count(one) == sent);
        assertThat(row.get("after").toString()).contains("too often=1");
    }

    @Test
    void theOperatorReadsTheAuditsOfAllTenantsInTheirOrder() throws Exception {
        String other = "t-" + app.substring(4);
        Tokens.tenant(other);
        String boss = Tokens.member(other, "boss", "owner");
        signIn(given(), Tokens.member(tenant, "ada", "viewer")).then().statusCode(303);
        signIn(given(), boss).then().statusCode(303);

        List<Map<String, Object>> rows = new ArrayList<>();
        String cursor = null;
        do {
            Response page =
                    (cursor == null ? api() : api().queryParam("cursor", cursor))
                            .get("/api/v1/audit?limit=2");
            page.then().statusCode(200);
            rows.addAll(page.path("changes"));
            cursor = page.path("cursor");
        } while (cursor != null && rows.size() < 6);
        List<String> mine =
                rows.stream()
                        .filter(row -> List.of(tenant, other).contains(row.get("tenant")))
                        .map(row -> row.get("tenant") + " " + row.get("action"))
                        .toList();
        assertThat(mine)
                .startsWith(
                        other + " signIn.token",
                        tenant + " signIn.token",
                        tenant + " members.add",
                        other + " members.add");
        Tokens.with(boss).get("/api/v1/audit").then().statusCode(403);

        String session = signIn(given(), PlatformFolder.TOKEN).then().extract().cookie(cookie());
        page(session, "/audit")
                .then()
                .statusCode(200)
                .body(containsString("All audits"))
                .body(containsString("href=\"/tenants/%s/audit\"".formatted(other)));
        page(session, "/tenants/%s/audit".formatted(other))
                .then()
                .statusCode(200)
                .body(containsString("signIn.token"));
    }

    private static String cookie() {
        return PageRequests.COOKIE;
    }

    private static Response signIn(RequestSpecification request, String token) {
        return fromConsole(request).formParam("token", token).post("/sign-in");
    }

    private static void signOut(String session) {
        fromConsole(given()).cookie(cookie(), session).post("/sign-out").then().statusCode(303);
    }

    private static Response page(String session, String path) {
        return given().cookie(cookie(), session).accept("text/html").get(path);
    }

    private static RequestSpecification fromConsole(RequestSpecification request) {
        return request.accept("text/html")
                .header("origin", RestAssured.baseURI + ":" + RestAssured.port)
                .redirects()
                .follow(false);
    }

    private static List<Map<String, Object>> audit(RequestSpecification caller, String tenant) {
        return caller.get("/api/v1/tenants/%s/audit?limit=500".formatted(tenant))
                .then()
                .statusCode(200)
                .extract()
                .path("changes");
    }

    /** The row of an account, once it is as it should be. */
    private static Map<String, Object> awaitRow(
            String tenant, String action, String account, Predicate<Map<String, Object>> isRight)
            throws InterruptedException {
        List<Map<String, Object>> found = List.of();
        for (int i = 0; i < 600; i++) {
            found =
                    audit(api(), tenant).stream()
                            .filter(row -> action.equals(row.get("action")))
                            .filter(row -> account.equals(row.get("actor")))
                            .toList();
            if (found.size() == 1 && isRight.test(found.getFirst())) {
                return found.getFirst();
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("The audit of %s has %s".formatted(tenant, found));
    }

    private static int count(Map<String, Object> row) {
        return row.get("after") instanceof Map<?, ?> after
                        && after.get("count") instanceof Integer count
                ? count
                : 0;
    }

    private static String id(String token) {
        return BearerToken.parse(BearerToken.Kind.ACCESS, token).orElseThrow().id();
    }

    /** The token of a service that was valid until a second ago. */
    private String expired() {
        BearerToken token = BearerToken.make(BearerToken.Kind.ACCESS, new SecureRandom());
        AccessTokenRecord record =
                new AccessTokenRecord(
                        token.id(),
                        new TenantName(tenant),
                        "old",
                        null,
                        null,
                        List.of(Right.APPS_READ),
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
}
