package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogShipperTest {
    private static final RevisionId HELLO =
            new RevisionId(TenantName.DEFAULT, new AppName("hello"), 3);
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final long PATIENCE_SECONDS = 30;

    @TempDir private Path folder;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private LogStore store;
    private LogShipper shipper;

    /** A sink that takes lines when it is let. */
    private static final class Door implements LogSink {
        private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        private final Semaphore asked = new Semaphore(0);
        private volatile boolean open = true;

        @Override
        public void send(byte[] lines) throws IOException {
            asked.release();
            if (!open) {
                throw new IOException("nobody is at home");
            }
            for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
                taken.add(
                        Json.read(line.getBytes(StandardCharsets.UTF_8), LogRecord.class)
                                .message());
            }
        }

        List<String> take(int count) throws InterruptedException {
            List<String> messages = new ArrayList<>();
            while (messages.size() < count) {
                String message = taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(message).as("after " + messages).isNotNull();
                messages.add(message);
            }
            return messages;
        }
    }

    private void open(LogSink sink) {
        store = new LogStore(folder.resolve("logs"), "node-1", Clock.systemUTC());
        shipper = new LogShipper(store, sink, folder.resolve("log-shipping.json"), SHORT, registry);
        shipper.start();
    }

    @AfterEach
    void close() {
        if (store != null) {
            shipper.close();
            store.close();
        }
    }

    private void write(int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> store.write(HELLO, LogLevel.INFO, "line " + i, null));
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
    }

    @Test
    void linesComeInOrderAndASinkThatWasAwayGetsWhatItMissed() throws Exception {
        Door door = new Door();
        open(door);
        write(0, 10);
        assertThat(door.take(10)).isEqualTo(lines(0, 10));
        door.open = false;
        int before = door.asked.drainPermits();
        assertThat(before).isPositive();
        write(10, 2_000);
        assertThat(door.asked.tryAcquire(3, PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        door.open = true;
        assertThat(door.take(1_990)).isEqualTo(lines(10, 2_000));
        assertThat(registry.get("echelon.log.shipping.failures").counter().count())
                .isGreaterThanOrEqualTo(2); // the third may be about to be counted
        assertThat(registry.get("echelon.log.shipping.dropped.bytes").counter().count()).isZero();
    }

    @Test
    void aNodeThatStartsAgainGoesOnWhereItWas() throws Exception {
        Door door = new Door();
        open(door);
        write(0, 5);
        assertThat(door.take(5)).isEqualTo(lines(0, 5));
        shipper.close();
        write(5, 10); // when nobody ships
        store.close();
        open(door);
        write(10, 15);
        assertThat(door.take(10)).isEqualTo(lines(5, 15));
        close();
        assertThat(door.taken).isEmpty();
    }

    @Test
    void whatWasNotKeptUntilTheSinkTookItIsCounted() throws Exception {
        LogSegments segments = new LogSegments(folder.resolve("logs"), HELLO.tenant(), HELLO.app());
        LogSegments.Position start = segments.start();
        byte[] lines = new byte[(int) LogSegments.SEGMENT_MAX_BYTES];
        lines[lines.length - 1] = '\n';
        for (int i = 0; i < 3; i++) {
            segments.append(java.nio.ByteBuffer.wrap(lines));
        }
        assertThat(segments.bytesFrom(start)).isEqualTo(3L * lines.length);
        segments.trim(2L * lines.length, java.time.Instant.EPOCH);
        assertThat(segments.lostSince(start)).isEqualTo(lines.length);
        assertThat(segments.lostSince(segments.start())).isZero();
        assertThat(segments.lostSince(new LogSegments.Position(start.segment(), 100)))
                .isEqualTo(lines.length - 100L);
        segments.close();
    }

    @Test
    void aFileGetsWholeLines() throws Exception {
        Path file = folder.resolve("shipped.ndjson");
        LogSink sink = LogSink.of("file:" + file, "");
        sink.send("{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));
        Files.move(file, folder.resolve("rotated"));
        sink.send("{\"a\":2}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("{\"a\":2}");
    }

    @Test
    void aServerIsToldByOtlpWithItsHeaders() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        AtomicInteger status = new AtomicInteger(200);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/logs",
                exchange -> {
                    bodies.add(
                            exchange.getRequestHeaders().getFirst("authorization")
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(status.get(), -1);
                    exchange.close();
                });
        server.start();
        try {
            LogSink sink =
                    LogSink.of(
                            "otlp+http://127.0.0.1:%d/v1/logs"
                                    .formatted(server.getAddress().getPort()),
                            "authorization: Bearer x, x-team: a");
            byte[] line =
                    Json.bytes(
                            new LogRecord(
                                    java.time.Instant.ofEpochSecond(1, 5),
                                    LogLevel.WARN,
                                    "careful",
                                    "r1",
                                    HELLO,
                                    "node-1"));
            sink.send(line);
            String body = bodies.take();
            assertThat(body).startsWith("Bearer x");
            JsonNode resource = Json.mapper().readTree(body.substring(8)).at("/resourceLogs/0");
            assertThat(resource.at("/resource/attributes/1/value/stringValue").asText())
                    .isEqualTo("hello");
            JsonNode record = resource.at("/scopeLogs/0/logRecords/0");
            assertThat(record.path("timeUnixNano").asText()).isEqualTo("1000000005");
            assertThat(record.path("severityText").asText()).isEqualTo("WARN");
            assertThat(record.at("/body/stringValue").asText()).isEqualTo("careful");
            status.set(503);
            assertThatThrownBy(() -> sink.send(line)).isInstanceOf(IOException.class);
            status.set(400);
            assertThatThrownBy(() -> sink.send(line)).isInstanceOf(LogSink.Refused.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void addressesAndHeadersThatAreNoneAreRefused() {
        for (String wrong : List.of("", "logs", "ftp://x/y", "otlp+file:/x", "https:///path")) {
            assertThatThrownBy(() -> LogSink.of(wrong, ""))
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("ECHELON_LOG_SINK");
        }
        assertThatThrownBy(() -> LogSink.of("https://logs.example", "no header"))
                .isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> LogSink.of("https://logs.example", "host: other"))
                .isInstanceOf(EchelonException.class);
    }
}
