package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests of which a proxy in front of the node could read other ends, or another host, than the
 * node does. Behind each stands a second request, which must never be answered.
 */
@Timeout(60)
final class HostileFramingTest {
    private static final String SMUGGLED =
            "GET /hello HTTP/1.1\r\nHost: hello.localhost\r\nX-Smuggled: yes\r\n\r\n";
    private static final String HOST = "Host: hello.localhost\r\n";

    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HTTP/1.1\nHost: hello.localhost\n\n",
                "GET /hello HTTP/1.1\r\nHost: hello.localhost\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: hello.localhost\r\nX-A: b\rX-B: c\r\n\r\n",
                "GET /hello HTTP/1.1\r\n X-A: b\r\nHost: hello.localhost\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost:\r\n hello.localhost\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost\t: hello.localhost\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: hello.localhost\r\nno colon\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: hello.localhost\r\n: no name\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: hello.localhost\r\nX-A(b): c\r\n\r\n",
                "GET http://hello.localhost/hello HTTP/1.1\r\nHost: other.localhost\r\n\r\n",
                "GET http://hello.localhost/hello HTTP/1.1\r\n\r\n",
                "GET http://evil.test@hello.localhost/hello HTTP/1.1\r\nHost: hello.localhost\r\n\r\n",
                "GET //hello.localhost/hello\r\nHost: x\r\n\r\n",
                "GET /hello HTTP/1.1 HTTP/1.1\r\nHost: hello.localhost\r\n\r\n",
                "GET /hello HTTP/1.1x\r\nHost: hello.localhost\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 4, 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 0x4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length:\r\n 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nTransfer_Encoding: chunked\r\nContent-Length : 4\r\n\r\n0\r\n\r\n"
            })
    void refusesAHeadThatCanBeReadInTwoWaysAndEndsTheConnection(String request) throws Exception {
        String answer = all(request + SMUGGLED);
        assertThat(answer).startsWith("HTTP/1.").contains(" 400 ").contains("INVALID_ARGUMENT");
        assertThat(answer.split("HTTP/1\\.", -1)).as("one answer").hasSize(2);
        assertThat(node.pool.lastRequest).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FFFFFFFFFFFFFFFFF\r\nabcd\r\n0\r\n\r\n",
                "80000000\r\nabcd\r\n0\r\n\r\n",
                "-1\r\nabcd\r\n0\r\n\r\n",
                "+4\r\nabcd\r\n0\r\n\r\n",
                "0x4\r\nabcd\r\n0\r\n\r\n",
                "4;a\nb\r\nabcd\r\n0\r\n\r\n",
                "4\nabcd\r\n0\r\n\r\n",
                "4\r\nabcdX\r\n0\r\n\r\n",
                "4\r\nabcd0\r\n\r\n",
                "\r\nabcd\r\n0\r\n\r\n",
                "x\r\nabcd\r\n0\r\n\r\n"
            })
    void endsTheConnectionAtAChunkThatCanBeReadInTwoWays(String chunks) throws Exception {
        String answer =
                all(
                        "POST /echo HTTP/1.1\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + chunks
                                + SMUGGLED);
        assertThat(answer).doesNotContain("Hello from").doesNotContain("HTTP/1.1 200");
        assertThat(node.pool.lastRequest == null || node.pool.lastRequest.url().endsWith("/echo"))
                .isTrue();
    }

    @Test
    void aHeaderThatGoesOnInTheNextLineIsOneLineToTheFunction() throws Exception {
        String answer =
                node.raw(
                        "GET /headers HTTP/1.1\r\n"
                                + HOST
                                + "X-A: one\r\n  two\r\n\tthree\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("x-a\none two three");
    }

    @Test
    void whatStandsInTrailersIsNoHeaderOfTheNextRequest() throws Exception {
        String answer =
                all(
                        "POST /echo HTTP/1.1\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "4\r\nabcd\r\n0\r\nHost: other.localhost\r\nContent-Length: 50\r\n\r\n"
                                + "GET /headers HTTP/1.1\r\n"
                                + HOST
                                + "Connection: close\r\n\r\n");
        assertThat(answer).contains("abcd", "host\nhello.localhost").doesNotContain("other");
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() throws Exception {
        String answer =
                all(
                        "POST /echo HTTP/1.1\r\n"
                                + HOST
                                + "Content-Length: 5\r\n\r\nfirst"
                                + "GET /hello HTTP/1.1\r\n"
                                + HOST
                                + "Connection: close\r\n\r\n");
        assertThat(answer.indexOf("first")).isPositive().isLessThan(answer.indexOf("Hello from"));
    }

    /** All that comes until the node ends the connection. */
    private String all(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder text = new StringBuilder();
            try {
                for (int c = socket.getInputStream().read();
                        c >= 0;
                        c = socket.getInputStream().read()) {
                    text.append((char) c);
                }
            } catch (java.net.SocketTimeoutException open) {
                throw new AssertionError("The connection is still open after " + text, open);
            } catch (IOException reset) {
                // An end as good as any: what was sent after a refusal is not read.
            }
            return text.toString();
        }
    }
}
