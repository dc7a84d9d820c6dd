package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in through an outside provider: who is let in as whom, and all that is refused. */
@QuarkusTest
class ProviderSignInTest extends ControlPlaneTest {
    private String tenant;
    private String mail;

    /** A browser that left for the provider, and what it left with. */
    private record Away(String cookie, Map<String, String> query) {
        String state() {
            return query.getOrDefault("state", "");
        }

        /** A code for a person with these claims. */
        String code(Map<String, ?> claims) {
            return code(claims, Map.of());
        }

        String code(Map<String, ?> claims, Map<String, ?> more) {
            Map<String, Object> all = new HashMap<>();
            all.put("nonce", query.get("nonce"));
            all.putAll(claims);
            Map<String, Object> what = new HashMap<>(more);
            what.put("claims", all);
            what.put("challenge", query.get("code_challenge"));
            what.put("redirect", query.get("redirect_uri"));
            return TestProvider.code(what);
        }
    }

    @BeforeEach
    void makeTenant() {
        tenant = "p-" + app.substring(4);
        mail = "ada-%s@example.com".formatted(app);
        Tokens.tenant(tenant);
    }

    @Test
    void signsInTheMemberThatTheVerifiedAddressInvites() {
        invite(tenant, "ada", "developer", mail);

        Away away = leave("/tenants/%s/members".formatted(tenant));
        assertThat(away.query())
                .containsEntry("response_type", "code")
                .containsEntry("client_id", TestProvider.CLIENT_ID)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("scope", "openid email");
        Response back = comeBack(away, away.code(person("1")));

        back.then()
                .statusCode(200)
                .body(containsString("url=/tenants/%s/members".formatted(tenant)));
        assertThat(back.getHeaders().getValues("set-cookie"))
                .anyMatch(
                        cookie -> cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"))
                .anyMatch(cookie -> cookie.startsWith("echelon_sign_in=;"));
        whoami(back)
                .then()
                .statusCode(200)
                .body("kind", equalTo("member"))
                .body("name", equalTo("ada"))
                .body("tenant", equalTo(tenant))
                .body("role", equalTo("developer"));
        whoami(signIn(person("1"))).then().statusCode(200);
    }

    @Test
    void aSessionIsWhatTheMemberIsThenAndEndsWithIt() {
        invite(tenant, "ada", "viewer", mail);
        Response back = signIn(person("1"));
        String databases = "/api/v1/tenants/%s/databases".formatted(tenant);
        session(back).get(databases).then().statusCode(403);
        json("{\"role\":\"developer\"}").put(member("ada")).then().statusCode(204);
        session(back).get(databases).then().statusCode(200);

        api().delete(member("ada")).then().statusCode(204);

        session(back).get(databases).then().statusCode(401);
        refused(signIn(person("1")), 403, "is invited by");
    }

    @Test
    void signingOutEndsTheSessionAndItsTokens() {
        invite(tenant, "ada", "viewer", mail);
        Response back = signIn(person("1"));
        String token =
                session(back)
                        .contentType(ContentType.JSON)
                        .body("{}")
                        .post("/api/v1/token")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("accessToken");
        Tokens.with(token).get("/api/v1/whoami").then().statusCode(200);

        session(back)
                .redirects()
                .follow(false)
                .accept("text/html")
                .post("/sign-out")
                .then()
                .statusCode(303);

        whoami(back).then().statusCode(401);
        Tokens.fromElsewhere()
                .header("Authorization", "Bearer " + token)
                .get("/api/v1/whoami")
                .then()
                .statusCode(401);
    }

    @Test
    void theAuditSaysWhoCameByTheProviderAndWhoWasRefused() throws Exception {
        String stranger = mail;
        refused(signIn(person("1")), 403, "is invited by");
        mail = "bob-%s@example.com".formatted(app);
        invite(tenant, "bob", "viewer", mail);
        whoami(signIn(person("1"))).then().statusCode(200);
        refused(signIn(person("2")), 403, "Another account");

        assertThat(row(tenant, "signIn.provider"))
                .containsEntry("actor", "member bob")
                .containsEntry("outcome", "DONE")
                .containsEntry("after", Map.of("issuer", issuer(), "mail", mail));
        assertThat(row(tenant, "signIn.refused"))
                .containsEntry("actor", "mail " + mail)
                .extractingByKey("after")
                .asString()
                .contains("{another account's address=1}");
        List<String> ofPlatform = api().get("/api/v1/tenants/default/audit").path("changes.actor");
        assertThat(ofPlatform).contains("mail " + stranger).doesNotContain("mail " + mail);
    }

    /** The only row of an action in a tenant's audit, once it is there. */
    private static Map<String, Object> row(String tenant, String action)
            throws InterruptedException {
        List<Map<String, Object>> rows = List.of();
        for (int i = 0; i < 600 && rows.isEmpty(); i++) {
            rows =
                    api().get("/api/v1/tenants/%s/audit".formatted(tenant))
                            .path("changes.findAll { it.action == '%s' }".formatted(action));
            TimeUnit.MILLISECONDS.sleep(rows.isEmpty() ? 100 : 0);
        }
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    @Test
    void letsNobodyInWhoIsNotInvited() {
        Tokens.member(tenant, mail, "owner");
        refused(signIn(person("1")), 403, "is invited by " + mail);
    }

    @Test
    void believesNoAddressThatTheProviderHasNotVerified() {
        invite(tenant, "ada", "viewer", mail);
        for (Object isVerified : List.of(false, "false", 1, "yes")) {
            Map<String, Object> claims = new HashMap<>(person("1"));
            claims.put("email_verified", isVerified);
            refused(signIn(claims), 403, "verified");
        }
        Map<String, Object> claims = new HashMap<>(person("1"));
        claims.remove("email_verified");
        refused(signIn(claims), 403, "verified");
        claims.put("email", mail + ", eve@example.com");
        claims.put("email_verified", true);
        refused(signIn(claims), 403, "verified");
    }

    @Test
    void anAddressBelongsToTheFirstAccountThatCameByIt() {
        invite(tenant, "ada", "viewer", mail);
        Response first = signIn(person("1"));

        refused(signIn(person("2")), 403, "Another account");

        json("{\"role\":\"viewer\",\"mail\":\"%s\"}".formatted(mail))
                .put(member("ada"))
                .then()
                .statusCode(204);
        whoami(first).then().statusCode(401);
        whoami(signIn(person("2"))).then().statusCode(200);
        refused(signIn(person("1")), 403, "Another account");
        json("{\"role\":\"viewer\",\"mail\":\"\"}").put(member("ada")).then().statusCode(204);
        refused(signIn(person("2")), 403, "is invited by");
    }

    @Test
    void anAddressInvitesOneMemberOfATenant() {
        invite(tenant, "ada", "viewer", mail);
        inviting(tenant, "bob", "viewer", mail.toUpperCase(Locale.ROOT))
                .then()
                .statusCode(409)
                .body("error.message", containsString("\"ada\""));
        for (String wrong :
                List.of("ada", "ada@", "@example.com", "a b@example.com", "ada@example")) {
            inviting(tenant, "eve", "viewer", wrong).then().statusCode(400);
        }
        json("{\"name\":\"eve\",\"role\":\"viewer\",\"mail\":\"%s\",\"expiresInDays\":1}"
                        .formatted(mail))
                .post("/api/v1/tenants/%s/members".formatted(tenant))
                .then()
                .statusCode(400);
        api().get("/api/v1/tenants/%s/members".formatted(tenant))
                .then()
                .body("members[0].mail", equalTo(mail));
        api().get("/api/v1/tenants/%s/tokens".formatted(tenant))
                .then()
                .body("tokens.size()", equalTo(0));

        api().delete("/api/v1/tenants/" + tenant).then().statusCode(204);

        refused(signIn(person("1")), 403, "is invited by");
    }

    @Test
    void aMemberOfSeveralTenantsSaysOfWhich() {
        String other = "q-" + app.substring(4);
        String third = "r-" + app.substring(4);
        Tokens.tenant(other);
        Tokens.tenant(third);
        invite(tenant, "ada", "viewer", mail);
        invite(other, "countess", "owner", mail);

        Response choice = signIn(person("1"));
        choice.then().statusCode(200).body(containsString(tenant)).body(containsString(other));
        assertThat(choice.cookie(PageRequests.COOKIE)).isNull();
        String cookie = choice.cookie(PageRequests.SIGN_IN_COOKIE);
        refused(choose(cookie, third), 403, "is invited by");
        refused(choose("nonsense", other), 400, "Begin again");
        given().redirects()
                .follow(false)
                .accept("text/html")
                .cookie(PageRequests.SIGN_IN_COOKIE, cookie)
                .header("sec-fetch-site", "cross-site")
                .formParam("tenant", other)
                .post("/sign-in/tenant")
                .then()
                .statusCode(403);

        whoami(choose(cookie, other))
                .then()
                .body("tenant", equalTo(other))
                .body("name", equalTo("countess"))
                .body("role", equalTo("owner"));
    }

    @Test
    void asksTheProviderWhenTheIdTokenHasNoAddress() {
        invite(tenant, "ada", "viewer", mail);
        Away away = leave("/");
        whoami(
                        comeBack(
                                away,
                                away.code(
                                        Map.of("sub", person("1").get("sub")),
                                        Map.of("userInfo", person("1")))))
                .then()
                .statusCode(200);
        Away again = leave("/");
        refused(
                comeBack(
                        again,
                        again.code(
                                Map.of("sub", person("1").get("sub")),
                                Map.of("userInfo", person("2")))),
                502,
                "did not answer as it should");
    }

    @Test
    void refusesEveryIdTokenThatIsNotForThisRequest() {
        invite(tenant, "ada", "viewer", mail);
        Map<String, Map<String, ?>> claims = new LinkedHashMap<>();
        claims.put("another issuer", Map.of("iss", "https://evil.example"));
        claims.put("another client", Map.of("aud", "another"));
        claims.put("clients without a party", Map.of("aud", List.of(TestProvider.CLIENT_ID, "x")));
        claims.put("another party", Map.of("azp", "another"));
        claims.put("another nonce", Map.of("nonce", "x".repeat(43)));
        claims.put("a nonce of another type", Map.of("nonce", 1));
        claims.put("no subject", Map.of("sub", ""));
        claims.put("a subject too long", Map.of("sub", "x".repeat(256)));
        claims.forEach(
                (how, change) -> {
                    Map<String, Object> all = new HashMap<>(person("1"));
                    all.putAll(change);
                    assertThat(signIn(all).statusCode()).as(how).isEqualTo(502);
                });
        List<Map<String, ?>> ways =
                List.of(
                        Map.of("signed", "none"),
                        Map.of("signed", "hmac"),
                        Map.of("signed", "stranger"),
                        Map.of("signed", "unknown"),
                        Map.of("exp", -120),
                        Map.of("iat", -3_600),
                        Map.of("iat", 3_600));
        for (Map<String, ?> way : ways) {
            Away away = leave("/");
            Response back = comeBack(away, away.code(person("1"), way));
            assertThat(back.statusCode()).as(way.toString()).isEqualTo(502);
            assertThat(back.cookie(PageRequests.COOKIE)).isNull();
        }
    }

    @Test
    void allowsForClocksThatAreALittleApart() {
        invite(tenant, "ada", "viewer", mail);
        for (Map<String, ?> times :
                List.of(Map.of("iat", -300, "exp", -30), Map.of("iat", 30, "exp", 300))) {
            Away away = leave("/");
            whoami(comeBack(away, away.code(person("1"), times))).then().statusCode(200);
        }
    }

    @Test
    void finishesOnlyWhatTheSameBrowserBegan() {
        invite(tenant, "ada", "viewer", mail);
        Away mine = leave("/");
        Away theirs = leave("/");
        String code = mine.code(person("1"));
        refused(comeBack(mine.cookie(), theirs.state(), code), 400, "not begun in this browser");
        refused(comeBack(theirs.cookie(), mine.state(), code), 400, "not begun in this browser");
        refused(comeBack("", mine.state(), code), 400, "not begun in this browser");
        refused(comeBack("x".repeat(5_000), mine.state(), code), 400, "not begun in this browser");
        refused(
                comeBack(flipped(mine.cookie()), mine.state(), code),
                400,
                "not begun in this browser");
        refused(comeBack(theirs.cookie(), theirs.state(), code), 502, "did not answer");
        whoami(comeBack(mine, code)).then().statusCode(200);
    }

    @Test
    void believesNoAnswerThatNamesAnotherProvider() {
        invite(tenant, "ada", "viewer", mail);
        Away away = leave("/");
        for (Map<String, String> issuer :
                List.of(Map.<String, String>of(), Map.of("iss", "https://evil.example"))) {
            refused(
                    browser(away.cookie())
                            .queryParams(issuer)
                            .queryParam("state", away.state())
                            .queryParam("code", away.code(person("1")))
                            .get(ProviderSignIns.CALLBACK),
                    400,
                    "not this platform");
        }
    }

    @Test
    void saysWhyTheProviderRefuses() {
        Away away = leave("/");
        refused(answeredBy(away, "error", "access_denied"), 403, "said no");
        refused(answeredBy(away, "error", "server_error"), 403, "server_error");
        answeredBy(away, "error", "<script>alert(1)</script>")
                .then()
                .statusCode(403)
                .body(not(containsString("alert(1)")));
        refused(answeredBy(away, "code", ""), 403, "no answer");
        refused(answeredBy(away, "code", "x".repeat(3_000)), 403, "no answer");
        refused(answeredBy(away, "code", "e30"), 502, "did not answer");
    }

    @Test
    void neverLeadsToAnotherHostAfterwards() {
        invite(tenant, "ada", "viewer", mail);
        for (String next :
                List.of(
                        "//evil.example",
                        "/\\evil.example",
                        "https://evil.example",
                        "javascript:x")) {
            Away away = leave(next);
            comeBack(away, away.code(person("1")))
                    .then()
                    .statusCode(200)
                    .body(containsString("url=/\""))
                    .body(not(containsString("evil")));
        }
    }

    @Test
    void offersTheProviderOnThePageForSigningIn() {
        given().accept("text/html")
                .queryParam("next", "/tenants/default")
                .get("/sign-in")
                .then()
                .statusCode(200)
                .body(containsString("Sign in with Test provider"))
                .body(containsString("/sign-in/provider?next=%2Ftenants%2Fdefault"));
    }

    private Map<String, Object> person(String subject) {
        return Map.of("sub", subject + " of " + app, "email", mail, "email_verified", true);
    }

    private Response signIn(Map<String, ?> claims) {
        Away away = leave("/");
        return comeBack(away, away.code(claims));
    }

    private static Away leave(String next) {
        Response answer = browser("").queryParam("next", next).get("/sign-in/provider").andReturn();
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.getHeaders().getValues("set-cookie"))
                .singleElement()
                .asString()
                .contains("SameSite=Lax", "HttpOnly", "Path=/sign-in");
        return new Away(
                answer.cookie(PageRequests.SIGN_IN_COOKIE),
                TestProvider.fields(URI.create(answer.header("location")).getRawQuery()));
    }

    private static Response comeBack(Away away, String code) {
        return comeBack(away.cookie(), away.state(), code);
    }

    private static Response comeBack(String cookie, String state, String code) {
        return browser(cookie)
                .queryParam("state", state)
                .queryParam("code", code)
                .queryParam("iss", issuer())
                .get(ProviderSignIns.CALLBACK);
    }

    private static Response answeredBy(Away away, String name, String value) {
        return browser(away.cookie())
                .queryParam("state", away.state())
                .queryParam("iss", issuer())
                .queryParam(name, value)
                .get(ProviderSignIns.CALLBACK);
    }

    private static Response choose(String cookie, String tenant) {
        return browser(cookie)
                .header("sec-fetch-site", "same-origin")
                .formParam("tenant", tenant)
                .post("/sign-in/tenant");
    }

    private static RequestSpecification browser(String cookie) {
        RequestSpecification request =
                Tokens.fromElsewhere().redirects().follow(false).accept("text/html");
        return cookie.isEmpty() ? request : request.cookie(PageRequests.SIGN_IN_COOKIE, cookie);
    }

    private static RequestSpecification session(Response back) {
        return given().cookie(PageRequests.COOKIE, back.cookie(PageRequests.COOKIE))
                .header("x-echelon-console", "1");
    }

    private static Response whoami(Response back) {
        assertThat(back.statusCode()).as(back.asString()).isEqualTo(200);
        return session(back).get("/api/v1/whoami");
    }

    private static void refused(Response answer, int status, String why) {
        answer.then().statusCode(status).body(containsString(why));
        assertThat(answer.cookie(PageRequests.COOKIE)).isNull();
        assertThat(answer.asString()).doesNotContain(TestProvider.SECRET);
    }

    private static void invite(String tenant, String name, String role, String mail) {
        inviting(tenant, name, role, mail)
                .then()
                .statusCode(201)
                .body("member", equalTo(name))
                .body("mail", equalTo(mail))
                .body("token", nullValue());
    }

    private static Response inviting(String tenant, String name, String role, String mail) {
        return json("{\"name\":\"%s\",\"role\":\"%s\",\"mail\":\"%s\"}".formatted(name, role, mail))
                .post("/api/v1/tenants/%s/members".formatted(tenant));
    }

    private String member(String name) {
        return "/api/v1/tenants/%s/members/%s".formatted(tenant, name);
    }

    private static String issuer() {
        return ConfigProvider.getConfig().getValue("echelon.oidc-issuer", String.class);
    }

    private static String flipped(String text) {
        int middle = text.length() / 2;
        char other = text.charAt(middle) == 'A' ? 'B' : 'A';
        return text.substring(0, middle) + other + text.substring(middle + 1);
    }
}
