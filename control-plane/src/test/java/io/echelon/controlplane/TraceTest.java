package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TraceTest extends ControlPlaneTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void listsTheNewestCallsOfAllNodesPageByPage() {
        begun();
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.traced(trace("node-1", "a", 1_000));
            node.traced(trace("node-1", "c", 3_000));
            second.traced(trace("node-2", "b", 2_000));
            second.traced(trace("node-2", "d", 3_000));

            String first =
                    api().get(path() + "/traces?limit=3")
                            .then()
                            .statusCode(200)
                            .body("traces.node", equalTo(List.of("node-2", "node-1", "node-2")))
                            .body("traces[0].spanId", equalTo("d".repeat(16)))
                            .body("traces[0].traceId", equalTo(TRACE))
                            .body("traces[0].name", equalTo("GET /d"))
                            .body("traces[0].revision", equalTo("v1"))
                            .body("traces[0].durationMs", equalTo(12.5f))
                            .body("traces[0].status", equalTo(200))
                            .body("traces[0].spans", equalTo(2))
                            .body("cursor", notNullValue())
                            .extract()
                            .path("cursor");
            api().get(path() + "/traces?limit=3&cursor=" + first)
                    .then()
                    .body("traces.spanId", equalTo(List.of("a".repeat(16))))
                    .body("cursor", nullValue());
        }
    }

    @Test
    void asksNodesForWhatTheCallerAskedFor() throws InterruptedException {
        begun();
        node.traced(trace("node-1", "a", 1_000));
        node.traced(trace("node-1", "b", 2_000));
        String cursor =
                api().get(
                                path()
                                        + "/traces?revision=v1&outcome=exceededCpu&slowerMs=250&request=r1&limit=1")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("cursor");
        String asked = "tenant=default&app=%s&limit=2".formatted(app);
        assertThat(node.nextQuestion())
                .isEqualTo(asked + "&rev=v1&outcome=exceededCpu&slower=250&request=r1");
        api().get(path() + "/traces?limit=1&cursor=" + cursor).then().statusCode(200);
        assertThat(node.nextQuestion())
                .isEqualTo(asked + "&before=1970-01-01T00:00:02Z&span=" + "b".repeat(16));
    }

    @Test
    void givesTheSpansOfATraceOfAllNodes() {
        begun();
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.traced(trace("node-1", "a", 1_000));
            second.traced(trace("node-2", "b", 1_004));
            api().get(path() + "/traces/" + TRACE)
                    .then()
                    .statusCode(200)
                    .body("traceId", equalTo(TRACE))
                    .body("start", equalTo("1970-01-01T00:00:01Z"))
                    .body("durationMs", equalTo(16.5f))
                    .body("calls.node", equalTo(List.of("node-1", "node-2")))
                    .body("spans.size()", equalTo(4))
                    .body("spans[0].parentSpanId", nullValue())
                    .body("spans[1].parentSpanId", equalTo("a".repeat(16)))
                    .body("spans[1].kind", equalTo("client"))
                    .body("spans[1].failed", equalTo(true))
                    .body("spans[1].attributes.'http.response.status_code'", equalTo(404))
                    .body("spans[3].offsetMs", equalTo(5.0f))
                    .body("spans[3].node", equalTo("node-2"));
        }
    }

    @Test
    void answersWithoutTheNodeThatCannotBeReached() {
        begun();
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.traced(trace("node-1", "a", 1_000));
            second.stopServing();
            api().get(path() + "/traces").then().body("traces.size()", equalTo(1));
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        api().get(path() + "/traces").then().statusCode(404);
        begun();
        api().get(path() + "/traces").then().statusCode(200).body("traces.size()", equalTo(0));
        for (String wrong :
                List.of(
                        "?limit=0",
                        "?limit=1001",
                        "?slowerMs=-1",
                        "?slowerMs=fast",
                        "?outcome=fine",
                        "?revision=7",
                        "?cursor=*",
                        "?cursor=bm90aGluZw",
                        "?request=" + "x".repeat(200),
                        "/nothing",
                        "/" + TRACE.toUpperCase(java.util.Locale.ROOT))) {
            api().get(path() + "/traces" + wrong)
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("INVALID_ARGUMENT"));
        }
        api().get(path() + "/traces?revision=v7").then().statusCode(404);
        api().get(path() + "/traces/" + TRACE)
                .then()
                .statusCode(404)
                .body("error.message", containsString("not recorded"));
    }

    private TraceRecord trace(String from, String name, long millis) {
        Instant start = Instant.ofEpochMilli(millis);
        return new TraceRecord(
                new TraceSummary(
                        TRACE,
                        name.repeat(16),
                        "request-" + name,
                        id(1),
                        from,
                        "GET /" + name,
                        start,
                        12_500_000,
                        "ok",
                        200,
                        2),
                List.of(
                        new SpanRecord(
                                name.repeat(16),
                                null,
                                "GET",
                                SpanRecord.Kind.SERVER,
                                start,
                                12_500_000,
                                SpanRecord.Status.OK,
                                Map.of("url.path", "/" + name)),
                        new SpanRecord(
                                "f" + name.repeat(15),
                                name.repeat(16),
                                "GET",
                                SpanRecord.Kind.CLIENT,
                                start.plusMillis(1),
                                2_000_000,
                                SpanRecord.Status.ERROR,
                                Map.of("http.response.status_code", 404))));
    }
}
