package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.tenants.TraceRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What arrives at a receiver of OTLP. */
final class OtlpExporterTest {
    private final BlockingQueue<ExportTraceServiceRequest> arrived = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::receive);
        server.start();
    }

    @AfterEach
    void close() {
        slow.countDown();
        server.stop(0);
    }

    @Test
    void sendsWhatAReceiverOfOtlpDecodes() throws Exception {
        TraceRecord failed = TraceStoreTest.trace("a", 1, 2, "exception", 5);
        try (OtlpExporter exporter = open()) {
            exporter.add(failed);
            ResourceSpans resource = arrived.poll(20, TimeUnit.SECONDS).getResourceSpans(0);
            assertThat(heads.take())
                    .isEqualTo("POST /base/v1/traces application/x-protobuf Bearer x");
            assertThat(texts(resource.getResource().getAttributesList()))
                    .containsEntry("service.namespace", "default")
                    .containsEntry("service.name", "hello")
                    .containsEntry("service.version", "v2")
                    .containsEntry("service.instance.id", "node-1");
            Span span = resource.getScopeSpans(0).getSpans(0);
            assertThat(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                    .isEqualTo(failed.call().traceId());
            assertThat(HexFormat.of().formatHex(span.getSpanId().toByteArray()))
                    .isEqualTo(failed.call().spanId());
            assertThat(span.getParentSpanId().isEmpty()).isTrue();
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(span.getStartTimeUnixNano()).isEqualTo(1_000_000_000L);
            assertThat(span.getEndTimeUnixNano()).isEqualTo(1_005_000_000L);
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(texts(span.getAttributesList())).containsEntry("url.path", "/a");
            assertThat(span.getAttributesList())
                    .anyMatch(attribute -> attribute.getValue().getIntValue() == 200)
                    .anyMatch(attribute -> attribute.getValue().getDoubleValue() == 1.5)
                    .anyMatch(attribute -> attribute.getValue().hasBoolValue());
        }
        assertThat(count("echelon.traces.spans.exported")).isEqualTo(1);
    }

    @Test
    void triesAgainWhenTheReceiverIsBusyAndNotWhenItRefuses() throws Exception {
        answers.add(503);
        try (OtlpExporter exporter = open()) {
            exporter.add(TraceStoreTest.trace("a", 1, 1, "ok", 5));
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).as("again").isNotNull();
            answers.add(400);
            exporter.add(TraceStoreTest.trace("b", 1, 1, "ok", 5));
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(arrived).isEmpty();
        assertThat(count("echelon.traces.spans.exported")).isEqualTo(1);
        assertThat(count("echelon.traces.spans.dropped")).isEqualTo(1);
    }

    @Test
    void dropsAndCountsWhatIsTooMuchForAReceiverThatHangs() throws Exception {
        answers.add(0);
        OtlpExporter exporter = open();
        exporter.add(TraceStoreTest.trace("a", 1, 1, "ok", 5));
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).isNotNull(); // and is not answered
        long begun = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            exporter.add(TraceStoreTest.trace("b", 1, 1, "ok", 5));
        }
        assertThat(System.nanoTime() - begun).as("nothing waits").isLessThan(20_000_000_000L);
        assertThat(count("echelon.traces.spans.dropped")).isGreaterThan(7_000);
        slow.countDown();
        exporter.close();
    }

    private OtlpExporter open() {
        return new OtlpExporter(
                new OtlpExporter.Receiver(
                        URI.create(
                                "http://127.0.0.1:%d/base/"
                                        .formatted(server.getAddress().getPort())),
                        Map.of("authorization", "Bearer x")),
                new TraceMetrics(registry));
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            heads.add(
                    "%s %s %s %s"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI(),
                                    exchange.getRequestHeaders().getFirst("content-type"),
                                    exchange.getRequestHeaders().getFirst("authorization")));
            ExportTraceServiceRequest request =
                    ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            Integer answer = answers.poll();
            arrived.add(request);
            if (answer != null && answer == 0) {
                slow.await();
            }
            exchange.sendResponseHeaders(answer == null || answer == 0 ? 200 : answer, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double count(String name) {
        return registry.find(name).counters().stream().mapToDouble(one -> one.count()).sum();
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream()
                .filter(attribute -> attribute.getValue().hasStringValue())
                .collect(
                        java.util.stream.Collectors.toMap(
                                KeyValue::getKey,
                                attribute -> attribute.getValue().getStringValue()));
    }
}
