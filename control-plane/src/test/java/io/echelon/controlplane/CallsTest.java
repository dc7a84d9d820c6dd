package io.echelon.controlplane;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of functions through the control plane, with a server that stands for a node. */
@QuarkusTest
class CallsTest extends ControlPlaneTest {
    private HttpServer functions;

    @BeforeEach
    void serve() throws IOException {
        functions =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        functions.createContext("/", CallsTest::answer);
        functions.start();
        URI address = URI.create("http://127.0.0.1:" + functions.getAddress().getPort());
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.node("node-1")),
                                SystemDatabase.value(
                                        new NodeRecord(
                                                "node-1",
                                                address,
                                                URI.create("https://127.0.0.1:8443"),
                                                address,
                                                Instant.now(),
                                                "test"))));
        begun();
    }

    @AfterEach
    void stop() {
        functions.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        byte[] answer =
                switch (path) {
                    case "/bytes" -> new byte[] {(byte) 0xff, 0, 1};
                    case "/much" -> {
                        byte[] much = new byte[3 * FunctionCalls.BODY_MAX_BYTES];
                        Arrays.fill(much, (byte) 'x');
                        yield much;
                    }
                    default ->
                            "%s %s %s %s %s"
                                    .formatted(
                                            exchange.getRequestMethod(),
                                            path,
                                            exchange.getRequestHeaders().getFirst("host"),
                                            exchange.getRequestHeaders().get("x-said"),
                                            new String(
                                                    exchange.getRequestBody().readAllBytes(),
                                                    StandardCharsets.UTF_8))
                                    .getBytes(StandardCharsets.UTF_8);
                };
        exchange.getResponseHeaders().add("x-kind", "<one>");
        exchange.getResponseHeaders().add("location", "/elsewhere");
        exchange.sendResponseHeaders(path.equals("/moved") ? 302 : 200, answer.length);
        try (exchange) {
            exchange.getResponseBody().write(answer);
        } catch (IOException left) {
            // The caller has seen enough.
        }
    }

    private ValidatableResponse call(Map<String, ?> request) {
        return json(new String(Json.bytes(request), StandardCharsets.UTF_8))
                .post(path() + "/calls")
                .then();
    }

    @Test
    void sendsWhatItIsToldToARevisionByItsPublicAddress() {
        call(Map.of(
                        "revision", "v1",
                        "method", "POST",
                        "path", "/a?b=%20c",
                        "headers",
                                List.of(
                                        Map.of("name", "x-said", "value", "1"),
                                        Map.of("name", "x-said", "value", "2")),
                        "body", "töxt"))
                .statusCode(200)
                .body("status", equalTo(200))
                .body("body", startsWith("POST /a?b=%%20c %s--v1.localhost".formatted(app)))
                .body("body", containsString("[1, 2] töxt"))
                .body("headers.name.collect { it.toLowerCase() }", hasItem("x-kind"))
                .body("url", equalTo("https://%s--v1.localhost:8443/a?b=%%20c".formatted(app)))
                .body("isCut", equalTo(false))
                .body("totalMs.toDouble()", greaterThan(0.0));
    }

    @Test
    void callsWhatIsInProductionUnlessToldOtherwise() {
        call(Map.of())
                .statusCode(200)
                .body("body", startsWith("GET / %s.localhost".formatted(app)));
    }

    @Test
    void showsARedirectAndDoesNotFollowIt() {
        call(Map.of("path", "/moved")).statusCode(200).body("status", equalTo(302));
    }

    @Test
    void showsBytesThatAreNoTextAndTheBeginningOfWhatIsLong() {
        call(Map.of("path", "/bytes"))
                .statusCode(200)
                .body("body", nullValue())
                .body("base64", equalTo("/wAB"));
        call(Map.of("path", "/much"))
                .statusCode(200)
                .body("isCut", equalTo(true))
                .body("bytes.toDouble()", closeTo(FunctionCalls.BODY_MAX_BYTES, 0));
    }

    @Test
    void refusesWhatCannotBeSent() {
        for (Map<String, ?> request :
                List.of(
                        Map.of("method", "get it"),
                        Map.of("method", "CONNECT"),
                        Map.of("path", "/a b\r\nx: y"),
                        Map.of("revision", "three"),
                        Map.of("headers", List.of(Map.of("name", "Host", "value", "evil"))),
                        Map.of("headers", List.of(Map.of("name", "x", "value", "a\r\nb: c"))),
                        Map.of("headers", List.of(Map.of("name", "x y", "value", "a"))))) {
            call(request).statusCode(400).body("error.code", equalTo("INVALID_ARGUMENT"));
        }
        call(Map.of("revision", "v9")).statusCode(404);
    }

    @Test
    void saysWhenNoNodeAnswers() {
        functions.stop(0);
        call(Map.of()).statusCode(503).body("error.message", containsString("node-1"));
    }
}
