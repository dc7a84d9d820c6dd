package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The traces of functions on this node, on the internal port: {@code /traces?tenant&app}, with
 * {@code before}, {@code span}, {@code rev}, {@code outcome}, {@code slower} (milliseconds), {@code
 * request} and {@code limit}, gives the newest calls without their spans, a JSON object a line;
 * {@code /traces?tenant&app&trace} gives the calls of one trace with their spans.
 */
final class TraceRoutes {
    private static final int SLOWER_MAX_MILLIS = 3_600_000;

    private final TraceStore store;

    private TraceRoutes(TraceStore store) {
        this.store = store;
    }

    static void mount(Router router, TraceStore store) {
        router.get("/traces").handler(new TraceRoutes(store)::traces);
    }

    private void traces(RoutingContext context) {
        HttpServerRequest request = context.request();
        InternalAnswers.onThread(
                request,
                "traces",
                () -> {
                    String trace = RouteParameters.given(request, "trace");
                    TraceQuery.Filter filter = filter(request);
                    Optional<TraceQuery> query =
                            store.segments(
                                            new TenantName(
                                                    RouteParameters.required(request, "tenant")),
                                            new AppName(RouteParameters.required(request, "app")))
                                    .map(TraceQuery::new);
                    List<?> found =
                            query.isEmpty()
                                    ? List.of()
                                    : trace == null
                                            ? query.get().calls(filter)
                                            : query.get().trace(trace);
                    send(request, found);
                });
    }

    private static void send(HttpServerRequest request, List<?> records) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Object record : records) {
            lines.writeBytes(Json.bytes(record));
            lines.write('\n');
        }
        request.response()
                .putHeader("content-type", "application/x-ndjson")
                .end(Buffer.buffer(lines.toByteArray()));
    }

    private static TraceQuery.Filter filter(HttpServerRequest request) {
        return new TraceQuery.Filter(
                RouteParameters.time(request, "before", Instant.MAX),
                RouteParameters.given(request, "span"),
                RouteParameters.revision(request),
                RouteParameters.given(request, "outcome"),
                Duration.ofMillis(
                        RouteParameters.number(request, "slower", 0, SLOWER_MAX_MILLIS, 0)),
                RouteParameters.given(request, "request"),
                RouteParameters.number(request, "limit", 1, TraceQuery.LIMIT_MAX, 100));
    }
}
