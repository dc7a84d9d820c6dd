package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.Role;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console without a browser: sessions, what they open, and what pages say and do not say. */
@QuarkusTest
class ConsoleTest extends ControlPlaneTest {
    private static final String COOKIE = "echelon_session";
    private static final Pattern ROW =
            Pattern.compile("\\| `(/[^`]*)` \\|[^|]*\\| `([a-z:]+)` \\| ([a-z]+) \\|");

    @Test
    void signsInWithATokenAndOutAgain() {
        Response answer = signIn(PlatformFolder.TOKEN, "/tenants/default?cursor=x");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("location")).endsWith("/tenants/default?cursor=x");
        assertThat(answer.header("set-cookie"))
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure", "Domain", PlatformFolder.TOKEN);
        String session = answer.cookie(COOKIE);
        page(session, "/tenants/default").then().statusCode(200);

        form(session).post("/sign-out").then().statusCode(303).cookie(COOKIE, equalTo(""));

        page(session, "/tenants/default")
                .then()
                .statusCode(303)
                .header("location", containsString("/sign-in?next=%2Ftenants%2Fdefault"));
    }

    @Test
    void marksTheCookieSecureBehindTls() {
        given().redirects()
                .follow(false)
                .header("origin", origin().replace("http:", "https:"))
                .header("x-forwarded-proto", "https")
                .formParam("token", PlatformFolder.TOKEN)
                .post("/sign-in")
                .then()
                .statusCode(303)
                .header("set-cookie", containsString("Secure"));
    }

    @Test
    void neverLeadsToAnotherHostAfterSigningIn() {
        for (String next :
                List.of("//evil.example", "/\\evil.example", "https://evil.example", "/\r\nx: y")) {
            assertThat(signIn(PlatformFolder.TOKEN, next).header("location"))
                    .as(next)
                    .isIn("/", origin() + "/");
        }
    }

    @Test
    void saysWhyATokenDoesNotSignIn() {
        fromConsole(Tokens.fromElsewhere())
                .formParam("token", "<script>alert(1)</script>")
                .post("/sign-in")
                .then()
                .statusCode(401)
                .body(containsString("not a token of this platform"))
                .body(not(containsString("<script>alert")));
    }

    @Test
    void listensToAnAddressLessThatShowsManyWrongTokens() {
        RequestSpecification elsewhere = Tokens.fromElsewhere();
        int last = 0;
        for (int i = 0; i <= 2 * WrongTokens.BURST && last != 429; i++) {
            last =
                    fromConsole(given().spec(elsewhere))
                            .formParam("token", "guess-" + i)
                            .post("/sign-in")
                            .statusCode();
        }
        assertThat(last).isEqualTo(429);
    }

    @Test
    void listensLessToAnAccountThatManyAddressesTry() {
        String token = Tokens.member("default", "tried-" + app, "viewer");
        String wrong = token.substring(0, token.length() - 2) + "AA";
        Response last = null;
        for (int i = 0; i <= 2 * SignIns.BURST && (last == null || last.statusCode() != 429); i++) {
            last = fromConsole(Tokens.fromElsewhere()).formParam("token", wrong).post("/sign-in");
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(last.header("retry-after"))).isPositive();
        assertThat(signIn(PlatformFolder.TOKEN, "/").statusCode()).isEqualTo(303);
        Tokens.with(token).get("/api/v1/whoami").then().statusCode(200);
    }

    @Test
    void aSessionOpensTheApiForPagesOfTheConsoleAlone() {
        String session = session(PlatformFolder.TOKEN);
        Map<Integer, List<Map<String, String>>> answers =
                Map.of(
                        200,
                        List.of(
                                Map.of("x-echelon-console", "1"),
                                Map.of("sec-fetch-site", "same-origin"),
                                Map.of("origin", origin())),
                        403,
                        List.of(
                                Map.of(),
                                Map.of("sec-fetch-site", "same-site", "x-echelon-console", "1"),
                                Map.of("sec-fetch-site", "cross-site"),
                                Map.of("sec-fetch-site", "none"),
                                Map.of("origin", "null", "x-echelon-console", "1"),
                                Map.of("origin", origin().replace("://", "://hello.")),
                                Map.of("origin", "http://localhost:1")));
        answers.forEach(
                (status, all) ->
                        all.forEach(
                                headers -> {
                                    given().cookie(COOKIE, session)
                                            .headers(headers)
                                            .get("/api/v1/whoami")
                                            .then()
                                            .statusCode(status);
                                    given().cookie(COOKIE, session)
                                            .headers(headers)
                                            .put("/api/v1/tenants/default/blobs/x")
                                            .then()
                                            .statusCode(
                                                    status == 403
                                                            ? equalTo(403)
                                                            : not(equalTo(403)));
                                }));
    }

    @Test
    void refusesToSignInOrOutForAnotherPage() {
        String session = session(PlatformFolder.TOKEN);
        given().header("origin", "https://evil.example")
                .formParam("token", PlatformFolder.TOKEN)
                .post("/sign-in")
                .then()
                .statusCode(403);
        given().cookie(COOKIE, session)
                .header("origin", "https://evil.example")
                .post("/sign-out")
                .then()
                .statusCode(403);
        page(session, "/tenants/default").then().statusCode(200);
    }

    @Test
    void whatIsLongerThanAPageLeadsToTheNextOne() {
        String tenant = "l-" + app.substring(4);
        Tokens.tenant(tenant);
        for (int i = 0; i < 50; i++) {
            Tokens.member(tenant, "member-" + i, "viewer");
        }
        String session = session(PlatformFolder.TOKEN);
        String first = page(session, "/tenants/%s/audit".formatted(tenant)).asString();
        Matcher link = Pattern.compile("href=\"\\?(cursor=[^\"]+)\"").matcher(first);
        assertThat(link.find()).as(first).isTrue();

        page(session, "/tenants/%s/audit?%s".formatted(tenant, link.group(1)))
                .then()
                .statusCode(200)
                .body(containsString("tenants.create"))
                .body(not(containsString("members.add")));
    }

    @Test
    void aSessionEndsWithItsTokenAndHasWhatItsOwnerHasNow() {
        String tenant = "c-" + app.substring(4);
        Tokens.tenant(tenant);
        String session = session(Tokens.member(tenant, "ada", "developer"));
        page(session, "/tenants/" + tenant).then().statusCode(200);
        page(session, "/tenants/default").then().statusCode(404);
        json("{\"role\":\"viewer\"}").put("/api/v1/tenants/%s/members/ada".formatted(tenant));
        ofConsole(session).get("/api/v1/whoami").then().body("role", equalTo("viewer"));

        api().delete("/api/v1/tenants/%s/members/ada".formatted(tenant)).then().statusCode(204);

        ofConsole(session).get("/api/v1/whoami").then().statusCode(401);
        page(session, "/tenants/" + tenant).then().statusCode(303);
    }

    @Test
    void aSessionEndsWhenItIsNotUsedAndWhenItIsOld() {
        String idle = session(PlatformFolder.TOKEN);
        write("sessionUses", idle, Instant.now().minus(Duration.ofMinutes(29)));
        page(idle, "/tenants/default").then().statusCode(200);
        write("sessionUses", idle, Instant.now().minus(Duration.ofMinutes(31)));
        page(idle, "/tenants/default").then().statusCode(303);

        String old = session(PlatformFolder.TOKEN);
        String digest = sha256(old.getBytes(StandardCharsets.UTF_8));
        SessionRecord record =
                database.get(List.of("sessions", digest), SessionRecord.class)
                        .orElseThrow()
                        .value();
        write(
                "sessions",
                old,
                new SessionRecord(
                        null, record.owner(), null, Instant.now().minus(Duration.ofHours(12))));
        page(old, "/tenants/default").then().statusCode(303);
    }

    @Test
    void keepsNoSecretOfASessionInTheStore() {
        String session = session(PlatformFolder.TOKEN);
        assertThat(database.keys(List.of("sessions")).toString()).doesNotContain(session);
    }

    @Test
    void everyPageHasAStrictPolicyAndNoSecret() {
        deployed();
        String session = session(PlatformFolder.TOKEN);
        for (String path : paths().keySet()) {
            Response page = page(session, of(path, "default"));
            page.then()
                    .statusCode(200)
                    .contentType(startsWith("text/html"))
                    .header("content-security-policy", equalTo(PageRequests.POLICY))
                    .header("cache-control", "no-store")
                    .header("x-frame-options", "DENY")
                    .header("x-content-type-options", "nosniff");
            assertThat(page.asString())
                    .as(path)
                    .startsWith("<!DOCTYPE html>")
                    .doesNotContain(
                            PlatformFolder.TOKEN,
                            PlatformFolder.SECRET,
                            session,
                            " style=",
                            " onclick=",
                            "http://fonts",
                            "<script>");
        }
        assertThat(PageRequests.POLICY).doesNotContain("unsafe", "http:", "https:", "*");
    }

    @Test
    void everyPageIsSeenByThoseThatTheGuideNames() {
        String tenant = "p-" + app.substring(4);
        Tokens.tenant(tenant);
        json(manifest("export default {}"))
                .post("/api/v1/tenants/%s/apps/%s/revisions".formatted(tenant, app))
                .then()
                .statusCode(201);
        List<String> holes = new ArrayList<>();
        for (Role role : Role.values()) {
            String session =
                    session(
                            role == Role.OPERATOR
                                    ? PlatformFolder.TOKEN
                                    : Tokens.member(tenant, role.wireName(), role.wireName()));
            paths().forEach(
                            (path, least) -> {
                                int status = page(session, of(path, tenant)).statusCode();
                                if (status != (least.compareTo(role) <= 0 ? 200 : 403)) {
                                    holes.add("%s as %s: %d".formatted(path, role, status));
                                }
                            });
        }
        assertThat(holes).isEmpty();
    }

    @Test
    void showsErrorsAsPagesToBrowsersAndAsJsonToPrograms() {
        String session = session(PlatformFolder.TOKEN);
        page(session, "/tenants/default/apps/nothing-here")
                .then()
                .statusCode(404)
                .contentType(startsWith("text/html"))
                .body(containsString("There is nothing here"));
        page(session, "/nowhere/%3Cscript%3E")
                .then()
                .statusCode(404)
                .body(not(containsString("<script>")));
        ofConsole(session)
                .get("/api/v1/tenants/default/apps/nothing-here")
                .then()
                .statusCode(404)
                .contentType("application/json");
        given().accept("text/html")
                .redirects()
                .follow(false)
                .get("/q/metrics")
                .then()
                .statusCode(401);
    }

    @Test
    void servesItsFilesForEverUnderTheirHash() {
        String page = given().get("/sign-in").asString();
        Matcher base = Pattern.compile("/console/[0-9a-f]{16}").matcher(page);
        assertThat(base.find()).isTrue();
        for (String name : List.of("console.css", "main.js", "icons.svg")) {
            given().get(base.group() + "/" + name)
                    .then()
                    .statusCode(200)
                    .header("cache-control", containsString("immutable"));
        }
        given().get("/console/0000000000000000/main.js").then().statusCode(404);
        given().urlEncodingEnabled(false)
                .get(base.group() + "/%2e%2e/application.properties")
                .then()
                .statusCode(404);
    }

    private static String of(String path, String tenant, String app) {
        return path.replace("{tenant}", tenant).replace("{app}", app).replace("{database}", app);
    }

    private String of(String path, String tenant) {
        return of(path, tenant, app);
    }

    private void write(String rows, String session, Object record) {
        String digest = sha256(session.getBytes(StandardCharsets.UTF_8));
        database.commit(
                AtomicWrite.builder()
                        .set(KvKey.of(List.of(rows, digest)), SystemDatabase.value(record)));
    }

    /** The pages of the guide, and the least role that sees each. */
    private static Map<String, Role> paths() {
        try {
            Map<String, Role> rows = new LinkedHashMap<>();
            Matcher row =
                    ROW.matcher(
                            Files.readString(
                                    Path.of(System.getProperty("basedir"))
                                            .resolveSibling("docs/console.md")));
            while (row.find()) {
                rows.put(row.group(1), Role.valueOf(row.group(3).toUpperCase(Locale.ROOT)));
            }
            assertThat(rows).isNotEmpty();
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String origin() {
        return RestAssured.baseURI + ":" + RestAssured.port;
    }

    private static Response page(String session, String path) {
        return given().cookie(COOKIE, session)
                .accept("text/html")
                .urlEncodingEnabled(false)
                .redirects()
                .follow(false)
                .get(path);
    }

    private static RequestSpecification ofConsole(String session) {
        return given().cookie(COOKIE, session).header("x-echelon-console", "1");
    }

    private static RequestSpecification form(String session) {
        return fromConsole(given()).cookie(COOKIE, session);
    }

    private static RequestSpecification fromConsole(RequestSpecification request) {
        return request.accept("text/html").header("origin", origin()).redirects().follow(false);
    }

    private static Response signIn(String token, String next) {
        return fromConsole(given())
                .formParam("token", token)
                .formParam("next", next)
                .post("/sign-in");
    }

    private static String session(String token) {
        return signIn(token, "/").then().statusCode(303).extract().cookie(COOKIE);
    }
}
