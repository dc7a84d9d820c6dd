package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers who begin something and do not go on with it, under limits that are short. */
@Timeout(60)
final class SlowCallerTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SWEEP = Duration.ofMillis(10);

    /** How TLS begins: a record of a handshake whose rest never comes. */
    private static final byte[] BEGUN = HexFormat.of().parseHex("16030100a5010000a10303");

    @TempDir Path folder;

    private PublicFixture node;

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aBodyThatTheFunctionWaitsForAndThatDoesNotComeEndsTheConnection() throws Exception {
        node = new PublicFixture(limits(LONG, SHORT));
        try (Socket slow =
                connect(
                        "POST /echo HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 10\r\n\r\nabc")) {
            assertThat(PublicFixture.readOne(slow.getInputStream())).startsWith("HTTP/1.1 500");
            assertThat(slow.getInputStream().read()).as("the connection").isEqualTo(-1);
        }
        assertThat(node.get("/hello").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyForLaterThatTricklesInIsRefused() throws Exception {
        node = new PublicFixture(limits(LONG, SHORT));
        try (Socket slow =
                connect(
                        "POST /hello HTTP/1.1\r\nHost: hello.localhost\r\nPrefer: respond-async\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            Thread trickle = trickle(slow);
            assertThat(PublicFixture.readOne(slow.getInputStream()))
                    .startsWith("HTTP/1.1 400")
                    .contains("did not come whole within");
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void aRestOfABodyThatNobodyWantsDoesNotKeepTheConnection() throws Exception {
        node = new PublicFixture(limits(SHORT, SHORT));
        try (Socket slow =
                connect(
                        "POST /hello HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            assertThat(PublicFixture.readOne(slow.getInputStream())).startsWith("HTTP/1.1 200");
            Thread trickle = trickle(slow);
            assertThat(ends(slow)).isTrue();
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void aHandshakeThatIsNotFinishedIsCutOffAndOthersAreAnswered() throws Exception {
        ConnectionLimits limits =
                new ConnectionLimits(LONG, LONG, SHORT, LONG, SWEEP, OpenConnections.most());
        node =
                new PublicFixture(
                        limits,
                        new SniCertificates(
                                LocalAuthority.open(folder, Clock.systemUTC()),
                                "localhost",
                                Clock.systemUTC()));
        try (Socket silent = connect("");
                Socket begun = connect(new String(BEGUN, StandardCharsets.ISO_8859_1));
                Socket clear = connect("GET /hello HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")) {
            assertThat(ends(clear)).isTrue();
            assertThat(ends(begun)).isTrue();
            assertThat(ends(silent)).isTrue();
        }
        assertThat(node.pool.lastRequest).isNull();
    }

    private static ConnectionLimits limits(Duration head, Duration body) {
        return new ConnectionLimits(head, head, LONG, body, SWEEP, OpenConnections.most());
    }

    private Socket connect(String sent) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Sends a byte of a body over and over, until it is told to stop or cannot. */
    private static Thread trickle(Socket to) {
        return Thread.startVirtualThread(
                () -> {
                    try {
                        while (!Thread.currentThread().isInterrupted()) {
                            to.getOutputStream()
                                    .write("1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
                            LockSupport.parkNanos(20_000_000);
                        }
                    } catch (IOException over) {
                        // The node has ended the connection.
                    }
                });
    }

    /** Whether the connection ends, with or without an answer or an alert before. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What comes before the end does not matter.
            }
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
        return true;
    }
}
