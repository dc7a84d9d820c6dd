package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.FunctionRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A request as a program's environment. */
class CgiRequestTest {
    private static Map<String, String> environment(String url, String... headers) {
        return CgiRequest.environment(
                Map.of("MODE", "prod", "REQUEST_METHOD", "FORGED"),
                new FunctionRequest("r", "POST", url, headers, null));
    }

    @Test
    void namesMethodPathQueryAndServer() {
        assertThat(environment("https://a.example:8443/x%20y/z?q=1&r"))
                .containsEntry("REQUEST_METHOD", "POST")
                .containsEntry("PATH_INFO", "/x y/z")
                .containsEntry("QUERY_STRING", "q=1&r")
                .containsEntry("REQUEST_URI", "/x%20y/z?q=1&r")
                .containsEntry("SERVER_NAME", "a.example")
                .containsEntry("SERVER_PORT", "8443")
                .containsEntry("MODE", "prod");
    }

    @Test
    void joinsHeadersOfOneName() {
        assertThat(environment("http://a/", "accept", "a", "accept", "b", "content-type", "c"))
                .containsEntry("HTTP_ACCEPT", "a, b")
                .containsEntry("CONTENT_TYPE", "c")
                .doesNotContainKey("HTTP_CONTENT_TYPE");
    }

    @Test
    void leavesOutTheProxyHeader() {
        assertThat(environment("http://a/", "proxy", "http://evil/"))
                .doesNotContainKey("HTTP_PROXY");
    }
}
