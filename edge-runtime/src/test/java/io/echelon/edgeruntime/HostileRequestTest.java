package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Limits;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileRequestTest {
    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: 4|Transfer-Encoding: chunked||0||",
                "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: chunked|Content-Length: 4||0||",
                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: 4|Content-Length: 5||abcde",
                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: +4||abcd",
                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: -4||abcd",
                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: 4x||abcd",
                "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: gzip||abcd",
                "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: chunked, identity||0||",
                "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: xchunked||0||",
                "POST /echo HTTP/1.0|Host: hello.localhost|Transfer-Encoding: chunked||0||",
                "GET /hello HTTP/1.1|Host: hello.localhost|Host: hello.localhost||",
                "GET /hello HTTP/1.1|Host: hello.localhost|Host: other.localhost||",
                "GET /hello HTTP/1.1|X-A: b||",
                "GET /hello HTTP/1.1|Host: hello.localhost@evil.test||",
                "GET /hello HTTP/1.1|Host: hello localhost||",
                "GET /hello HTTP/1.1|Host: hello.localhost:80:80||",
                "GET /hello HTTP/1.1|Host: ||",
                "GET /hello HTTP/1.1|Host : hello.localhost||",
                "GET /hello HTTP/1.1|Host: hello.localhost|X-A\u0000: b||",
                "GET hello HTTP/1.1|Host: hello.localhost||",
                "GET /hello\u0001 HTTP/1.1|Host: hello.localhost||",
                "NONSENSE||"
            })
    void refusesWhatCanBeReadInTwoWays(String request) throws Exception {
        String answer = node.raw(request.replace("|", "|"));
        assertThat(answer).contains(" 400 ").contains("INVALID_ARGUMENT");
        assertThat(node.pool.lastRequest).isNull();
    }

    @Test
    void closesTheConnectionAfterARefusalSoThatNothingIsSmuggledBehindIt() throws Exception {
        String answer =
                node.raw(
                        "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: 4|Transfer-Encoding: chunked||0||GET /hello HTTP/1.1|Host: hello.localhost||");
        assertThat(answer).doesNotContain("Hello from");
        assertThat(node.pool.lastRequest).isNull();
    }

    @Test
    void refusesAddressesAboveTheLimit() throws Exception {
        assertThat(node.raw(get("/" + "a".repeat(Limits.URL_MAX_BYTES), ""))).contains(" 414 ");
        assertThat(node.raw(get("/" + "a".repeat(3 * Limits.URL_MAX_BYTES), ""))).contains(" 414 ");
        assertThat(node.raw(get("/url?" + "a".repeat(Limits.URL_MAX_BYTES - 5), "")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void refusesHeadersAboveTheLimit() throws Exception {
        assertThat(node.raw(get("/hello", "X-A: " + "a".repeat(Limits.HEADERS_MAX_BYTES) + "|")))
                .contains(" 431 ")
                .contains("HEADERS_TOO_LARGE");
        assertThat(node.raw(get("/hello", "X-A: " + "a".repeat(60_000) + "|")))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "TRACK"})
    void refusesMethodsThatFunctionsMayNotSee(String method) throws Exception {
        assertThat(node.raw(get("/hello", "").replaceFirst("GET", method))).contains(" 405 ");
    }

    @Test
    void refusesATenantThatSendsTooMuchAndANodeThatHasTooMuchToDo() throws Exception {
        AdmissionPolicy tight = new AdmissionPolicy(1, 2, 1, 5, 100);
        try (PublicFixture limited = new PublicFixture(tight, null, null, java.util.List.of())) {
            assertThat(limited.get("/hello").statusCode()).isEqualTo(200);
            assertThat(limited.get("/hello").statusCode()).isEqualTo(200);
            var refused = limited.get("/hello");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("x-echelon-outcome")).contains("overQuota");
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            limited.pool.waiting = 5;
            limited.load.sample();
            var shed = limited.get("/hello");
            assertThat(shed.statusCode()).isEqualTo(503);
            assertThat(shed.headers().firstValue("x-echelon-outcome")).contains("overloaded");
            assertThat(shed.headers().firstValue("retry-after")).contains("1");
        }
    }

    private static String get(String target, String headers) throws IOException {
        return "GET " + target + " HTTP/1.1|Host: hello.localhost|" + headers + "|";
    }
}
