package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformFolder.class)
class AuthenticationTest {
    private static final List<String> MALFORMED =
            List.of(
                    "Bearer",
                    "Bearer ",
                    "Bearer wrong-token-of-the-tests",
                    "Bearer " + PlatformFolder.TOKEN + "x",
                    "Bearer " + PlatformFolder.TOKEN.substring(1),
                    "Bearer " + PlatformFolder.TOKEN.toUpperCase(Locale.ROOT),
                    "Bearer" + PlatformFolder.TOKEN,
                    "Basic " + PlatformFolder.TOKEN,
                    PlatformFolder.TOKEN,
                    "Bearer " + PlatformFolder.SECRET,
                    "Bearer " + "x".repeat(20_000));

    @Test
    void refusesEveryRouteOfTheApiWithoutTheToken() {
        Map<String, List<String>> routes = routes();
        assertThat(routes).hasSizeGreaterThanOrEqualTo(12);
        routes.forEach(
                (path, methods) ->
                        methods.forEach(
                                method -> {
                                    refused(given().request(method, path));
                                    refused(
                                            Tokens.fromElsewhere()
                                                    .header("Authorization", "Bearer wrong")
                                                    .request(method, path));
                                    refused(
                                            given().header("Authorization", "Basic eDp5")
                                                    .request(method, path));
                                }));
    }

    @Test
    void refusesEveryMalformedAuthorization() {
        for (String authorization : MALFORMED) {
            refused(
                    Tokens.fromElsewhere()
                            .header("Authorization", authorization)
                            .get("/api/v1/platform"));
        }
        refused(
                given().header(
                                "Authorization",
                                "Bearer " + PlatformFolder.TOKEN,
                                "Bearer " + PlatformFolder.TOKEN)
                        .get("/api/v1/platform"));
        refused(given().queryParam("token", PlatformFolder.TOKEN).get("/api/v1/platform"));
    }

    @Test
    void refusesWhatIsNotARouteJustTheSame() {
        for (String path :
                List.of(
                        "/api",
                        "/api/v2",
                        "/q/metrics",
                        "/q/info",
                        "/q",
                        "/q/dev-ui",
                        "/favicon.ico",
                        "/api/v1/openapi/x",
                        "/q/health/../metrics",
                        "/q/health/%2e%2e/metrics",
                        "//api/v1/platform",
                        "/api/v1/openapi/../platform",
                        "/API/V1/OPENAPI")) {
            refused(open().get(path));
        }
    }

    @Test
    void listensToAnAddressLessWhenItShowsManyWrongTokens() {
        RequestSpecification elsewhere = Tokens.fromElsewhere();
        for (int i = 0; i < WrongTokens.BURST; i++) {
            refused(
                    given().spec(elsewhere)
                            .header("Authorization", "Bearer guess-" + i)
                            .get("/api/v1/platform"));
        }
        int refused = 0;
        for (int i = 0; i < WrongTokens.BURST; i++) {
            if (given().spec(elsewhere)
                            .header("Authorization", "Bearer guess-" + i)
                            .get("/api/v1/platform")
                            .statusCode()
                    == 429) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(0);
        given().spec(elsewhere)
                .header("Authorization", "Bearer " + PlatformFolder.TOKEN)
                .get("/api/v1/platform")
                .then()
                .statusCode(200);
    }

    @Test
    void takesTheTokenWhateverTheCaseOfTheScheme() {
        given().header("Authorization", "bEARER " + PlatformFolder.TOKEN)
                .get("/api/v1/nodes")
                .then()
                .statusCode(200);
    }

    @Test
    void opensHealthAndTheDescriptionAndTheRootToEverybody() {
        given().get("/q/health").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/api/v1/openapi").then().statusCode(200);
        given().get("/")
                .then()
                .statusCode(200)
                .contentType("text/plain")
                .body(containsString("/api/v1/openapi"))
                .body(not(containsString(PlatformFolder.TOKEN)));
    }

    @Test
    void showsMetricsToTheOperatorAlone() {
        ControlPlaneTest.api().get("/q/metrics").then().statusCode(200);
        String owner = Tokens.member("default", "owner-" + System.nanoTime(), "owner");
        for (String path : List.of("/q/metrics", "/q/info", "/api/v1/../../q/metrics", "/api")) {
            Tokens.with(owner)
                    .urlEncodingEnabled(false)
                    .get(path)
                    .then()
                    .statusCode(403)
                    .body("error.code", equalTo("PERMISSION_DENIED"));
        }
    }

    @Test
    void sendsAnIdAndSafeHeadersWithEveryAnswer() {
        for (String path : List.of("/", "/q/health", "/api/v1/nodes", "/nowhere")) {
            given().get(path)
                    .then()
                    .header("x-request-id", notNullValue())
                    .header("x-content-type-options", equalTo("nosniff"))
                    .header("x-frame-options", equalTo("DENY"))
                    .header("content-security-policy", containsString("default-src 'none'"))
                    .header("referrer-policy", equalTo("no-referrer"));
        }
    }

    private static RequestSpecification open() {
        return given().urlEncodingEnabled(false);
    }

    private static void refused(io.restassured.response.Response answer) {
        ValidatableResponse refusal = answer.then().statusCode(401);
        String id = answer.header("x-request-id");
        refusal.contentType("application/json")
                .header("www-authenticate", containsString("Bearer"))
                .body("error.code", equalTo("UNAUTHENTICATED"))
                .body("error.message", containsString("edge up"))
                .body("error.requestId", equalTo(id));
    }

    /** Every path of the OpenAPI document with its methods, parameters filled in. */
    private static Map<String, List<String>> routes() {
        Map<String, Map<String, Object>> paths =
                given().accept("application/json").get("/api/v1/openapi").path("paths");
        Map<String, List<String>> routes = new TreeMap<>();
        paths.forEach(
                (path, item) ->
                        routes.put(
                                path.replaceAll("\\{[^}]*}", "v1"),
                                item.keySet().stream()
                                        .filter(key -> !key.equals("parameters"))
                                        .map(key -> key.toUpperCase(Locale.ROOT))
                                        .toList()));
        return routes;
    }
}
