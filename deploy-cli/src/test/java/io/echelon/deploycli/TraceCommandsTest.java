package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.Test;

final class TraceCommandsTest extends CommandTest {
    private static final String TRACES = "/api/v1/tenants/default/apps/hello/traces";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void callsAreListedWithWhatIsAskedFor() {
        server.answer(
                "GET " + TRACES + "?limit=5&slowerMs=250&revision=v1&outcome=ok",
                200,
                "{\"traces\":[{\"traceId\":\"%s\",\"name\":\"GET /a\",\"start\":\"2026-01-01T00:00:00.5Z\",\"durationMs\":301.5,\"outcome\":\"ok\",\"status\":200,\"revision\":\"v1\",\"node\":\"node-1\"}],\"cursor\":null}"
                        .formatted(TRACE));
        Ending ending =
                shell.run(
                        "traces",
                        "hello",
                        "--slow",
                        "250",
                        "--rev",
                        "v1",
                        "--outcome",
                        "ok",
                        "--limit",
                        "5");
        assertThat(ending.out().lines().toList())
                .hasSize(2)
                .anyMatch(
                        line ->
                                line.matches(
                                        "2026-01-01T00:00:00Z +%s +301.5 +ok +200 +v1 +node-1 +GET /a"
                                                .formatted(TRACE)));
        assertThat(shell.run("traces", "hello", "--slow", "fast").exitCode()).isEqualTo(2);
    }

    @Test
    void aTraceIsPrintedAsATree() {
        server.answer(
                "GET " + TRACES + "/" + TRACE,
                200,
                """
                {"traceId":"%s","durationMs":10.0,"spans":[
                {"spanId":"a","parentSpanId":"elsewhere","name":"GET","offsetMs":0.0,"durationMs":10.0,"attributes":{"url.path":"/a"}},
                {"spanId":"c","parentSpanId":"b","name":"kv get","offsetMs":5.0,"durationMs":1.0,"attributes":{"db.namespace":"hello"}},
                {"spanId":"b","parentSpanId":"a","name":"function","offsetMs":1.0,"durationMs":9.0,"attributes":{}}]}
                """
                        .formatted(TRACE));
        assertThat(shell.run("trace", "hello", TRACE).out())
                .containsSubsequence(
                        "0.0       10.0     ========================  GET /a",
                        "1.0       9.0      ..======================    function",
                        "5.0       1.0      ............==                kv get hello");
        assertThat(shell.run("trace", "hello", TRACE, "--json").out()).contains("\"spans\"");
    }
}
