package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.TenantName;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The logs of functions on this node, on the internal port: {@code /logs?tenant&app}, and {@code
 * rev}, {@code since}, {@code level}, {@code limit}, {@code follow}. One JSON object a line; with
 * {@code follow} an empty line comes every few seconds when there is nothing to say.
 */
final class LogRoutes {
    private static final int LIMIT_DEFAULT = 1_000;
    private static final long HEARTBEAT_SECONDS = 5;
    private static final byte[] HEARTBEAT = {'\n'};

    private final LogStore store;

    private LogRoutes(LogStore store) {
        this.store = store;
    }

    static void mount(Router router, LogStore store) {
        router.get("/logs").handler(new LogRoutes(store)::logs);
    }

    private void logs(RoutingContext context) {
        HttpServerRequest request = context.request();
        InternalAnswers.onThread(
                request,
                "logs",
                () -> {
                    TenantName tenant = new TenantName(RouteParameters.required(request, "tenant"));
                    AppName app = new AppName(RouteParameters.required(request, "app"));
                    LogQuery.Filter filter = filter(request);
                    request.response()
                            .putHeader("content-type", "application/x-ndjson")
                            .setChunked(true);
                    if (Boolean.parseBoolean(request.getParam("follow"))) {
                        follow(request, tenant, app, filter);
                    } else {
                        LogQuery query = query(tenant, app, filter);
                        if (query != null) {
                            send(request, query.history());
                        }
                        request.response().end();
                    }
                });
    }

    /** Sends what is there and then what comes, until the connection ends. */
    private void follow(
            HttpServerRequest request, TenantName tenant, AppName app, LogQuery.Filter filter)
            throws IOException, InterruptedException {
        Semaphore written = new Semaphore(0);
        request.response().closeHandler(nothing -> written.release());
        LogQuery query = null;
        boolean told = false;
        try (LogStore.Subscription _ = store.onWritten(written::release)) {
            while (!request.response().closed()) {
                if (query == null) {
                    query = query(tenant, app, filter);
                }
                if (query != null && !told) {
                    send(request, query.history());
                    told = true;
                }
                while (query != null && !query.isAtEnd()) {
                    send(request, query.more());
                }
                if (!written.tryAcquire(HEARTBEAT_SECONDS, TimeUnit.SECONDS)) {
                    InternalAnswers.write(request, HEARTBEAT);
                }
                written.drainPermits();
            }
        }
    }

    private @Nullable LogQuery query(TenantName tenant, AppName app, LogQuery.Filter filter) {
        return store.segments(tenant, app)
                .map(segments -> new LogQuery(segments, filter))
                .orElse(null);
    }

    private static void send(HttpServerRequest request, List<byte[]> lines) {
        if (lines.isEmpty()) {
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        lines.forEach(all::writeBytes);
        InternalAnswers.write(request, all.toByteArray());
    }

    private static LogQuery.Filter filter(HttpServerRequest request) {
        return new LogQuery.Filter(
                RouteParameters.time(request, "since", Instant.EPOCH),
                RouteParameters.revision(request),
                level(RouteParameters.given(request, "level")),
                RouteParameters.number(request, "limit", 1, LogQuery.LIMIT_MAX, LIMIT_DEFAULT));
    }

    private static LogLevel level(@Nullable String text) {
        try {
            return text == null ? LogLevel.DEBUG : LogLevel.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw RouteParameters.refuse(
                    "level is \"%s\"; it must be debug, info, warn or error".formatted(text));
        }
    }
}
