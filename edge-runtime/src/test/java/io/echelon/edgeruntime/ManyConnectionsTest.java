package io.echelon.edgeruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More connections than anybody uses: docs/reliability.md has the figures of 10,000. */
@Timeout(60)
final class ManyConnectionsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int COUNT = 2_000;
    private static final long HEAP_MAX_BYTES = 16_000;

    private final List<SocketChannel> idle = new ArrayList<>();
    private PublicFixture node;

    @AfterEach
    void close() throws IOException {
        for (SocketChannel channel : idle) {
            channel.close();
        }
        node.close();
    }

    private void open(int connections) {
        open(LONG, connections);
    }

    private void open(Duration head, int connections) {
        node =
                new PublicFixture(
                        new ConnectionLimits(
                                LONG, head, LONG, LONG, Duration.ofMillis(10), connections));
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel =
                SocketChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port));
        idle.add(channel);
        return channel;
    }

    @Test
    void idleOnesTakeLittleAndOthersAreAnswered() throws Exception {
        open(OpenConnections.most());
        assertThat(node.get("/hello").statusCode()).isEqualTo(200);
        long before = heap();
        for (int i = 0; i < COUNT; i++) {
            connect();
            assertThat(i % 100 == 0 ? node.get("/hello").statusCode() : 200).isEqualTo(200);
        }
        awaitConnections(COUNT);
        assertThat((heap() - before) / COUNT).as("bytes a connection").isLessThan(HEAP_MAX_BYTES);
        for (SocketChannel channel : idle) {
            channel.close();
        }
        awaitConnections(2);
    }

    @Test
    void beyondTheMostTheOldestIdleOneMakesRoom() throws Exception {
        open(50);
        List<SocketChannel> first = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SocketChannel channel = connect();
            if (i < 50) {
                first.add(channel);
            }
            assertThat(i % 20 == 0 ? node.get("/hello").statusCode() : 200).isEqualTo(200);
        }
        for (SocketChannel channel : first) {
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        awaitConnections(50);
        assertThat(node.get("/hello").statusCode()).isEqualTo(200);
    }

    @Test
    void aNewOneIsNotTheOldestThoughItsHeadIsDueFirst() throws Exception {
        open(Duration.ofMinutes(1), 20);
        for (int i = 0; i < 20; i++) {
            assertThat(answer(connect())).startsWith("HTTP/1.1 200");
        }
        SocketChannel fresh = connect();
        for (int i = 0; i < 6; i++) {
            assertThat(answer(connect())).startsWith("HTTP/1.1 200");
        }
        assertThat(answer(fresh)).startsWith("HTTP/1.1 200");
    }

    /** What a request on a connection is answered with, or nothing when it is closed. */
    private static String answer(SocketChannel channel) throws IOException {
        channel.write(UTF_8.encode("GET /hello HTTP/1.1\r\nHost: hello.localhost\r\n\r\n"));
        ByteBuffer answer = ByteBuffer.allocate(1024);
        channel.read(answer);
        return UTF_8.decode(answer.flip()).toString();
    }

    /** Waits until there are so many, or fewer. */
    private void awaitConnections(int most) throws InterruptedException {
        while (node.traffic.connections().get() > most + 2) {
            Thread.onSpinWait();
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
