package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.echelon.tenants.ErrorCode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile user of the API sends: each route refuses it in words, none fails over it. */
@QuarkusTest
class HostileApiTest extends ControlPlaneTest {
    private static final List<String> CODES =
            Arrays.stream(ErrorCode.values()).map(Enum::name).toList();

    /** Bodies that are not what any route takes. */
    private static final Map<String, byte[]> BODIES =
            Map.ofEntries(
                    body("nothing", ""),
                    body("an array", "[]"),
                    body("a text", "\"x\""),
                    body("a number", "7"),
                    body("null", "null"),
                    body("half an object", "{\"a\":"),
                    body("two values", "{} {}"),
                    body("an unknown field", "{\"no-such-field\":1}"),
                    body("a field twice", "{\"a\":1,\"a\":1}"),
                    body("a comment", "{/* */}"),
                    body("a number beyond all", "[1e999999999]"),
                    body("digits without end", "9".repeat(100_000)),
                    body("nested arrays", "[".repeat(50_000)),
                    body("nested objects", "{\"a\":".repeat(50_000)),
                    body("a text with a raw line end", "\"a\nb\""),
                    Map.entry("bytes that are no UTF-8", new byte[] {'"', (byte) 0xff, '"'}));

    private static Map.Entry<String, byte[]> body(String what, String text) {
        return Map.entry(what, text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> places() {
        deployed();
        return Map.of("tenant", "default", "app", app, "database", "hostile", "revision", "v1");
    }

    @Test
    void everyRouteThatTakesJsonRefusesWhatItIsNotMeantToGet() {
        Map<String, String> places = places();
        List<String> wrong = new ArrayList<>();
        for (ApiDocument.Route route : ApiDocument.read().routes()) {
            if (!route.takesJson() || isAnyValue(route)) {
                continue;
            }
            BODIES.forEach(
                    (what, body) -> {
                        Response answer =
                                api().contentType("application/json")
                                        .body(body)
                                        .request(route.method(), route.with(places));
                        int status = answer.statusCode();
                        String code =
                                status < 400
                                        ? ""
                                        : String.valueOf(answer.<Object>path("error.code"));
                        if (status < 400 || status >= 500 || !CODES.contains(code)) {
                            wrong.add("%s with %s: %d %s".formatted(route, what, status, code));
                        }
                    });
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRouteThatTakesJsonRefusesMoreThanTheLimitBeforeItComes() throws IOException {
        Map<String, String> places = places();
        List<String> wrong = new ArrayList<>();
        for (ApiDocument.Route route : ApiDocument.read().routes()) {
            if (route.takesJson()) {
                String answer =
                        raw(
                                "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 8388609\r\n\r\n"
                                        .formatted(
                                                route.method(),
                                                route.with(places),
                                                PlatformFolder.TOKEN));
                if (!answer.startsWith("HTTP/1.1 413") || !answer.contains("8,388,608")) {
                    wrong.add(route + ": " + answer.lines().findFirst().orElse(""));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Whether a route takes any JSON: the value of an entry. */
    private static boolean isAnyValue(ApiDocument.Route route) {
        return route.path().endsWith("/entry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1",
                "v20",
                "\u0430cme",
                "acm\u0435",
                "ac\u200bme",
                "\uff41cme",
                "acme\u0301",
                "Acme",
                "a--b",
                "xn--acme",
                "-acme",
                "acme-",
                "ac.me",
                "ac me",
                "acme\r\nx: y",
                "acme\0",
                "a/../b",
                "..",
                "abcdefghijklmnopqrstu"
            })
    void noTenantHasANameThatIsReservedOrLooksLikeAnother(String name) {
        int status = api().put("/api/v1/tenants/{tenant}", name).statusCode();
        assertThat(status).isIn(400, 404);
        String members = "/api/v1/tenants/{tenant}/members";
        assertThat(api().get(members, name).statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0430pp",
                "App",
                "a--b",
                "-app",
                "app-",
                "a.b",
                "a b",
                "app\r\n",
                "..",
                "%2e%2e",
                "abcdefghijklmnopqrstuvwxyz0"
            })
    void noAppHasANameThatLooksLikeAnother(String name) {
        Response answer = json(manifest("export default {}")).post(APPS + "/{app}/revisions", name);
        assertThat(answer.statusCode()).isIn(400, 404);
        api().get(APPS + "?limit=1000")
                .then()
                .body(
                        "apps.findAll { it.name == '%s' }".formatted(name.strip()),
                        equalTo(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"headers\":[{\"name\":\"x-a\",\"value\":\"b\\r\\nx-injected: yes\"}]}",
                "{\"headers\":[{\"name\":\"x-a\\r\\nx-injected\",\"value\":\"b\"}]}",
                "{\"headers\":[{\"name\":\"x-a\",\"value\":\"b\\u0000c\"}]}",
                "{\"headers\":[{\"name\":\"Host\",\"value\":\"other.localhost\"}]}",
                "{\"headers\":[{\"name\":\"Transfer-Encoding\",\"value\":\"chunked\"}]}",
                "{\"headers\":[{\"name\":\"Content-Length\",\"value\":\"5\"}],\"method\":\"POST\"}",
                "{\"path\":\"/ HTTP/1.1\\r\\nx-injected: yes\\r\\n\\r\\nGET /\"}",
                "{\"path\":\"/a b\"}",
                "{\"method\":\"GET / HTTP/1.1\\r\\nx-injected: yes\\r\\n\\r\\nGET\"}",
                "{\"method\":\"CONNECT\"}",
                "{\"method\":\"\"}"
            })
    void nothingIsPutIntoTheRequestThatTheControlPlaneSends(String body) {
        deployed();
        json(body)
                .post(path() + "/calls")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void whatACallerSendsNeverBecomesAHeaderOfTheAnswer() throws IOException {
        List<String> requests = new ArrayList<>();
        String evil = "%0d%0ax-injected:%20yes";
        for (ApiDocument.Route route : ApiDocument.read().routes()) {
            Map<String, String> places = new HashMap<>();
            List.of("tenant", "app", "database", "revision", "name", "id", "member", "host", "plan")
                    .forEach(name -> places.put(name, "a" + evil));
            requests.add(route.method() + " " + route.with(places) + "?cursor=" + evil);
        }
        requests.add("GET /sign-in?to=/" + evil);
        requests.add("GET /nothing" + evil);
        for (String request : requests) {
            String answer =
                    raw(
                            "%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nX-Request-Id: forged\r\n\r\n{}"
                                    .formatted(request, PlatformFolder.TOKEN));
            String head = answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
            assertThat(head).as(request).doesNotContain("\nx-injected", "forged");
            assertThat(head).as(request).doesNotContain("HTTP/1.1 500");
        }
    }

    /** The answer to a request that is written as it is, without the rest of its body. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return RawAnswer.read(socket);
        }
    }
}
