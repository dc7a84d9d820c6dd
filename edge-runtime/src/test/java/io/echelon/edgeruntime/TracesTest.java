package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.HostSession;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TraceRecord;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and what they call, as traces. */
final class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + SPAN + "-01";
    private static final String NOT_SAMPLED = "00-" + TRACE + "-" + SPAN + "-00";

    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void recordsARequestAsPartOfItsCallersTrace() throws Exception {
        HttpResponse<String> answer = get("/hello?token=secret", SAMPLED);
        TraceRecord trace = traced(TRACE);

        assertThat(trace.call().name()).isEqualTo("GET /hello");
        assertThat(trace.call().outcome()).isEqualTo("ok");
        assertThat(trace.call().status()).isEqualTo(200);
        assertThat(trace.call().node()).isEqualTo("node-1");
        assertThat(trace.call().requestId())
                .isEqualTo(answer.headers().firstValue("x-echelon-request-id").orElseThrow());
        SpanRecord request = trace.spans().getFirst();
        assertThat(request.parentSpanId()).isEqualTo(SPAN);
        assertThat(request.kind()).isEqualTo(SpanRecord.Kind.SERVER);
        assertThat(request.attributes())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", 200)
                .containsEntry("url.path", "/hello")
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("faas.name", "hello")
                .containsEntry("faas.version", "v3")
                .containsEntry("echelon.tenant", "default")
                .containsEntry("echelon.outcome", "ok")
                .containsEntry("echelon.cpu_ms", 2.0)
                .containsEntry("echelon.queue_ms", 0.001);
        SpanRecord function = trace.spans().get(1);
        assertThat(function.parentSpanId()).isEqualTo(request.spanId());
        assertThat(function.attributes())
                .containsEntry("echelon.isolate", "warm")
                .containsEntry("faas.coldstart", false);
        assertThat(trace.toString()).doesNotContain("secret");
    }

    @Test
    void passesATraceOnThatItsCallerDoesNotRecord() throws Exception {
        get("/hello", null); // the first of a second is recorded
        get("/hello", NOT_SAMPLED);
        get("/hello", "00-hostile-header-01");
        assertThat(node.traced).noneMatch(trace -> trace.call().traceId().equals(TRACE));
        assertThat(node.traces.traceId("some request")).isNull();
    }

    @Test
    void keepsWhatFailedAlthoughItWasNotRecorded() throws Exception {
        HttpResponse<String> answer = get("/exceededCpu", NOT_SAMPLED);
        assertThat(answer.statusCode()).isEqualTo(503);
        TraceRecord trace = traced(TRACE);
        assertThat(trace.call().outcome()).isEqualTo("exceededCpu");
        assertThat(trace.spans().getFirst().status()).isEqualTo(SpanRecord.Status.ERROR);
        assertThat(trace.spans().getFirst().parentSpanId()).isEqualTo(SPAN);
    }

    @Test
    void strangersCannotHaveMoreRecordedThanTheOperatorLets() {
        TraceSampler sampler =
                new TraceSampler(new TraceSampler.Settings(1, 10, Duration.ofSeconds(1)));
        TraceContext caller = new TraceContext(TRACE, SPAN, true, "");
        long now = System.nanoTime();
        long recorded = 0;
        for (int i = 0; i < 10_000; i++) {
            recorded += sampler.records(caller, now) ? 1 : 0;
        }
        assertThat(recorded).isEqualTo(10);
        assertThat(sampler.records(null, now)).as("others are not kept from theirs").isTrue();
        TraceSampler off = new TraceSampler(TraceSampler.Settings.OFF);
        assertThat(off.records(caller, now) || off.records(null, now)).isFalse();
    }

    @Test
    void recordsWhatAFunctionFetchesAndCarriesTheTraceOn() throws Exception {
        BlockingQueue<MultiMap> seen = new LinkedBlockingQueue<>();
        HttpServer upstream =
                node.vertx
                        .createHttpServer()
                        .requestHandler(
                                request -> {
                                    seen.add(request.headers());
                                    request.response().setStatusCode(404).end();
                                })
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
        String url = "http://127.0.0.1:%d/a?key=secret".formatted(upstream.actualPort());
        OutgoingClients clients = new OutgoingClients(node.vertx, null);
        try (Destinations destinations =
                new Destinations(
                        new AddressRules(Cidr.parseList("127.0.0.1/32")),
                        InetAddress::getAllByName)) {
            String id = new RequestIds().next(1);
            TraceContext caller = new TraceContext(TRACE, SPAN, true, "vendor=1");
            RequestTrace trace = begin(id, caller);
            HostSession session = session(clients, destinations, id);
            fetch(session, url, new Object[0]);
            MultiMap sent = seen.poll(10, TimeUnit.SECONDS);
            fetch(session, url, new Object[] {"TraceParent", "its own"});
            MultiMap itsOwn = seen.poll(10, TimeUnit.SECONDS);
            session.close();
            trace.called(EchoPool.report(Outcome.OK));

            TraceRecord record = traced(TRACE);
            SpanRecord function = record.spans().get(1);
            SpanRecord fetched = record.spans().get(2);
            assertThat(fetched.name()).isEqualTo("GET");
            assertThat(fetched.parentSpanId()).isEqualTo(function.spanId());
            assertThat(fetched.status()).isEqualTo(SpanRecord.Status.ERROR);
            assertThat(fetched.attributes())
                    .isEqualTo(
                            Map.of(
                                    "http.request.method", "GET",
                                    "server.address", "127.0.0.1",
                                    "server.port", upstream.actualPort(),
                                    "http.response.status_code", 404,
                                    "error.type", "404"));
            assertThat(sent.getAll("traceparent"))
                    .containsExactly("00-" + TRACE + "-" + fetched.spanId() + "-01");
            assertThat(sent.get("tracestate")).isEqualTo("vendor=1");
            assertThat(itsOwn.getAll("traceparent")).containsExactly("its own");
            assertThat(itsOwn.contains("tracestate")).isFalse();

            String other = new RequestIds().next(1);
            HostSession unrecorded = session(clients, destinations, other);
            fetch(unrecorded, url, new Object[0]);
            assertThat(seen.poll(10, TimeUnit.SECONDS).get("traceparent"))
                    .isEqualTo(TraceContext.begun(other).header())
                    .endsWith("-00");
            unrecorded.close();
        } finally {
            clients.close();
        }
    }

    @Test
    void boundsTheSpansOfACall() {
        String id = new RequestIds().next(1);
        RequestTrace trace = begin(id, new TraceContext(TRACE, SPAN, true, ""));
        for (int i = 0; i < RequestTrace.SPANS_MAX + 5; i++) {
            OpenSpan span = trace.begin("kv get", SpanRecord.Kind.CLIENT);
            if (span != null && i > 0) {
                span.set("db.namespace", "x".repeat(10_000)).end();
            }
        }
        assertThat(node.traces.traceId(id)).isEqualTo(TRACE);
        trace.called(EchoPool.report(Outcome.OK));
        TraceRecord record = traced(TRACE);
        assertThat(record.spans()).hasSize(RequestTrace.SPANS_MAX + 2);
        assertThat(record.spans().getFirst().attributes())
                .containsEntry("echelon.spans_dropped", 5);
        assertThat(record.spans().get(2).attributes()).containsEntry("echelon.unfinished", true);
        assertThat(record.spans().get(3).attributes().get("db.namespace").toString()).hasSize(256);
        assertThat(trace.begin("kv get", SpanRecord.Kind.CLIENT)).as("after its end").isNull();
        assertThat(node.traces.traceId(id)).isNull();
    }

    private RequestTrace begin(String id, TraceContext caller) {
        return node.traces.begin(
                id, caller, () -> TracedCall.messages("hello", 1, id, PublicFixture.HELLO));
    }

    private HostSession session(OutgoingClients clients, Destinations destinations, String id) {
        return new FetchBinding(
                        node.vertx,
                        clients,
                        destinations,
                        new PermittedHosts(null),
                        _ -> new UsageMeter(),
                        node.traces)
                .open(new TestGuest(PublicFixture.HELLO, Optional.of(id)));
    }

    private static void fetch(HostSession session, String url, Object[] headers) {
        var _ =
                session.start("open", new Object[] {"GET", url, headers, null})
                        .toCompletableFuture()
                        .join();
    }

    private HttpResponse<String> get(String path, String traceparent) throws Exception {
        var request = node.request(path);
        if (traceparent != null) {
            request.header("traceparent", traceparent);
        }
        return node.send(request.build());
    }

    /** The record of a trace, once it is there. */
    private TraceRecord traced(String traceId) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            List<TraceRecord> found =
                    node.traced.stream()
                            .filter(trace -> trace.call().traceId().equals(traceId))
                            .toList();
            if (!found.isEmpty()) {
                return found.getFirst();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no trace " + traceId + " in " + node.traced);
    }
}
