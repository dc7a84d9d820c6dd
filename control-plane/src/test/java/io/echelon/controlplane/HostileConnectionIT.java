package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw bytes at the control plane's port, of a process whose limits of time are short. */
@Timeout(120)
class HostileConnectionIT {
    private static final String SMUGGLED = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir private static Path folder;
    private static PackagedPlatform platform;
    private static RunningControlPlane running;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        platform = new PackagedPlatform(folder);
        platform.environment().put("ECHELON_HEAD_SECONDS", "1");
        platform.environment().put("ECHELON_BODY_SECONDS", "1");
        platform.environment().put("ECHELON_IDLE_SECONDS", "2");
        running = RunningControlPlane.start(platform.environment());
        port = URI.create(running.announcement().path("control").asText()).getPort();
    }

    @AfterAll
    static void stop() {
        running.close();
        platform.close();
    }

    @AfterEach
    void othersAreAnswered() throws IOException {
        try (Socket other = send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(RawAnswer.read(other)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: local host\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n",
                "GET / HTTP/1.1\nHost: localhost\n\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\rX-B: c\r\n\r\n",
                "GET http://other/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET other HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length:\r\n 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void refusesWhatCanBeReadInTwoWaysAndEndsTheConnection(String request) throws IOException {
        try (Socket socket = send(request + SMUGGLED)) {
            String answer = RawAnswer.read(socket);
            assertThat(answer)
                    .startsWith("HTTP/1.")
                    .contains(" 400 ", "\"INVALID_ARGUMENT\"", "\"requestId\"");
            assertThat(ends(socket)).isTrue();
        }
    }

    @Test
    void refusesAddressesAndHeadersAboveTheirLimits() throws IOException {
        String address = "/" + "a".repeat(Limits.URL_MAX_BYTES + 64);
        try (Socket socket = send("GET " + address + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(RawAnswer.read(socket))
                    .startsWith("HTTP/1.1 414")
                    .contains("\"URI_TOO_LONG\"", "16,384");
        }
        String header = "X-A: " + "a".repeat(Limits.HEADERS_MAX_BYTES) + "\r\n";
        try (Socket socket = send("GET / HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")) {
            assertThat(RawAnswer.read(socket))
                    .startsWith("HTTP/1.1 431")
                    .contains("\"HEADERS_TOO_LARGE\"", "65,536");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET / HTTP/1.1\r\nHost: local",
                "POST /api/v1/tenants HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n{",
                "POST /api/v1/tenants/default/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer owner-token-of-the-tests\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void aCallerWhoDoesNotGoOnIsCutOff(String begun) throws IOException {
        try (Socket socket = send(begun)) {
            assertThat(ends(socket)).isTrue();
        }
    }

    @Test
    void aHeadThatTricklesInIsCutOff() throws Exception {
        try (Socket socket = send("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ")) {
            Thread trickle =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        socket.getOutputStream().write('a');
                                        java.util.concurrent.locks.LockSupport.parkNanos(
                                                100_000_000);
                                    }
                                } catch (IOException ended) {
                                    // The control plane has ended the connection.
                                }
                            });
            assertThat(ends(socket)).isTrue();
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void anAnswerThatGoesOnIsNotIdle() throws IOException {
        String token = "Authorization: Bearer " + PlatformFolder.TOKEN + "\r\n";
        try (Socket follows =
                send(
                        "GET /api/v1/tenants/default/databases/d/watch?key=%5B1%5D HTTP/1.1\r\nHost: localhost\r\n"
                                + token
                                + "\r\n")) {
            assertThat(follows.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < 2; i++) {
                try (Socket idle = send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
                    assertThat(ends(idle)).isTrue();
                }
            }
            follows.setSoTimeout(200);
            assertThat(ends(follows)).as("the connection of an answer that goes on").isFalse();
        }
    }

    @Test
    void manyIdleConnectionsHarmNobody() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                idle.add(send(""));
            }
            othersAreAnswered();
            assertThat(ends(idle.getFirst())).isTrue();
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static Socket send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Whether the connection ends, with or without an answer before. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What comes before the end does not matter.
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
