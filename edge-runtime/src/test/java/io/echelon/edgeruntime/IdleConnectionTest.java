package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers who hold connections and do not use them, under limits that are short. */
@Timeout(60)
final class IdleConnectionTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SWEEP = Duration.ofMillis(10);

    private PublicFixture node;

    @AfterEach
    void close() {
        node.close();
    }

    private void open(Duration idle, Duration head) {
        node =
                new PublicFixture(
                        new ConnectionLimits(
                                idle, head, LONG, LONG, SWEEP, OpenConnections.most()));
    }

    private Socket connect(String sent) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void aConnectionOnWhichNothingComesIsClosed() throws Exception {
        open(LONG, SHORT);
        try (Socket silent = connect("")) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aHeadThatTricklesInIsCutOff() throws Exception {
        open(LONG, SHORT);
        try (Socket slow = connect("GET /hello HTTP/1.1\r\nHost: hel")) {
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionIsKeptBetweenRequestsUntilItsTimeIsUp() throws Exception {
        open(SHORT, LONG);
        try (Socket idle = connect("GET /hello HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")) {
            assertThat(PublicFixture.readOne(idle.getInputStream()))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContainIgnoringCase("connection: close");
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aRequestUnderWayIsNotIdleHoweverLongItLasts() throws Exception {
        open(SHORT, SHORT);
        try (Socket waits = connect("GET /hang HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")) {
            assertThat(node.pool.hung.await(30, TimeUnit.SECONDS)).isTrue();
            // Others that came later were closed for being idle: the limit has passed for all.
            for (int i = 0; i < 3; i++) {
                try (Socket silent = connect("")) {
                    assertThat(silent.getInputStream().read()).isEqualTo(-1);
                }
            }
            node.pool.answerHanging();
            assertThat(PublicFixture.readOne(waits.getInputStream())).endsWith("late");
        }
    }

    @Test
    void anHttp2ConnectionIsNotIdleWhileAStreamIsOpen() throws Exception {
        open(SHORT, SHORT);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            URI hang = URI.create("http://127.0.0.1:%d/hang".formatted(node.port));
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(
                            HttpRequest.newBuilder(hang).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(node.pool.hung.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 3; i++) {
                try (Socket silent = connect("")) {
                    assertThat(silent.getInputStream().read()).isEqualTo(-1);
                }
            }
            node.pool.answerHanging();
            assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("late");
        }
    }
}
