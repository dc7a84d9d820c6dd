package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceStoreTest {
    private static final AppName APP = new AppName("hello");
    private static final TraceQuery.Filter ALL =
            new TraceQuery.Filter(Instant.MAX, null, 0, null, Duration.ZERO, null, 100);

    @TempDir Path folder;

    @Test
    void findsTheNewestByRevisionOutcomeLengthAndRequest() throws Exception {
        try (TraceStore store = open()) {
            store.add(trace("a", 1, 1, "ok", 5));
            store.add(trace("b", 2, 2, "exception", 500));
            store.add(trace("c", 3, 2, "ok", 50));
        }
        try (TraceStore store = open()) {
            store.add(trace("d", 4, 2, "ok", 1)); // after a restart
        }
        try (TraceStore store = open()) {
            assertThat(found(store, ALL)).containsExactly("d", "c", "b", "a");
            assertThat(found(store, filter(Instant.MAX, 0, null, 0, null, 2)))
                    .containsExactly("d", "c");
            assertThat(found(store, filter(Instant.ofEpochSecond(2), 0, null, 0, null, 9)))
                    .containsExactly("b", "a");
            assertThat(
                            found(
                                    store,
                                    new TraceQuery.Filter(
                                            Instant.ofEpochSecond(2),
                                            "b".repeat(16),
                                            0,
                                            null,
                                            Duration.ZERO,
                                            null,
                                            9)))
                    .containsExactly("a");
            assertThat(found(store, filter(Instant.MAX, 1, null, 0, null, 9))).containsExactly("a");
            assertThat(found(store, filter(Instant.MAX, 0, "exception", 0, null, 9)))
                    .containsExactly("b");
            assertThat(found(store, filter(Instant.MAX, 0, null, 50, null, 9)))
                    .containsExactly("c", "b");
            assertThat(found(store, filter(Instant.MAX, 0, null, 0, "request-c", 9)))
                    .containsExactly("c");
            assertThat(store.segments(TenantName.DEFAULT, new AppName("other"))).isEmpty();
        }
    }

    @Test
    void givesTheSpansOfATrace() throws Exception {
        TraceRecord kept = trace("a", 1, 1, "ok", 5);
        try (TraceStore store = open()) {
            store.add(kept);
            store.add(trace("b", 2, 1, "ok", 5));
        }
        try (TraceStore store = open()) {
            TraceQuery query =
                    new TraceQuery(store.segments(TenantName.DEFAULT, APP).orElseThrow());
            assertThat(query.trace(kept.call().traceId())).containsExactly(kept);
            assertThat(query.trace("x")).isEmpty();
        }
    }

    static TraceRecord trace(String name, int second, int revision, String outcome, int millis) {
        Instant start = Instant.ofEpochSecond(second);
        long nanos = Duration.ofMillis(millis).toNanos();
        return new TraceRecord(
                new TraceSummary(
                        name.repeat(32),
                        name.repeat(16),
                        "request-" + name,
                        new RevisionId(TenantName.DEFAULT, APP, revision),
                        "node-1",
                        "GET /" + name,
                        start,
                        nanos,
                        outcome,
                        200,
                        1),
                List.of(
                        new SpanRecord(
                                name.repeat(16),
                                null,
                                "GET",
                                SpanRecord.Kind.SERVER,
                                start,
                                nanos,
                                outcome.equals("ok")
                                        ? SpanRecord.Status.OK
                                        : SpanRecord.Status.ERROR,
                                Map.of(
                                        "url.path",
                                        "/" + name,
                                        "http.response.status_code",
                                        200,
                                        "echelon.cpu_ms",
                                        1.5,
                                        "faas.coldstart",
                                        false))));
    }

    private static TraceQuery.Filter filter(
            Instant before,
            int revision,
            String outcome,
            int slowerMillis,
            String request,
            int limit) {
        return new TraceQuery.Filter(
                before, null, revision, outcome, Duration.ofMillis(slowerMillis), request, limit);
    }

    private static List<String> found(TraceStore store, TraceQuery.Filter filter) throws Exception {
        return new TraceQuery(store.segments(TenantName.DEFAULT, APP).orElseThrow())
                .calls(filter).stream().map(call -> call.traceId().substring(0, 1)).toList();
    }

    private TraceStore open() {
        return new TraceStore(folder, Clock.systemUTC(), TraceMetrics.unseen());
    }
}
