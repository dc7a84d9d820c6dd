package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The route of an app's log: a JSON object a line, sent as fast as the caller reads. It stands
 * beside the REST layer because the head has to leave before the first line is there.
 */
@Singleton
final class LogRoute {
    private static final Logger LOG = Logger.getLogger(LogRoute.class);
    private static final String PATH = "/api/v1/tenants/:tenant/apps/:app/logs";

    private final SystemDatabase database;
    private final AppService apps;
    private final NodeLogs logs;
    private final InstantSource clock;

    LogRoute(SystemDatabase database, AppService apps, NodeLogs logs, InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.logs = logs;
        this.clock = clock;
    }

    void install(@Observes Router router) {
        router.route(PATH).handler(this::enter);
    }

    private void enter(RoutingContext context) {
        if (!context.request().method().equals(HttpMethod.GET)) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET");
            Refusal.send(
                    context,
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "This path does not take %s; see /api/v1/openapi"
                            .formatted(context.request().method()));
            return;
        }
        try {
            RightsGuard.require(
                    RightsGuard.caller(context),
                    Right.LOGS_READ,
                    context.pathParam("tenant"),
                    context.pathParam("app"));
        } catch (EchelonException e) {
            Refusal.send(context, e.code(), e.reason());
            return;
        }
        Context eventLoop = context.vertx().getOrCreateContext();
        Thread thread =
                Thread.ofVirtual()
                        .name("log-" + RequestGate.requestId(context))
                        .unstarted(() -> answer(context, eventLoop));
        context.response().closeHandler(_ -> thread.interrupt());
        context.response().exceptionHandler(_ -> thread.interrupt());
        thread.start();
    }

    private void answer(RoutingContext context, Context eventLoop) {
        try {
            LogQuery query = query(context);
            apps.require(query.tenant(), query.app());
            if (query.revision() != null) {
                apps.require(query.revision());
            }
            stream(context.response(), eventLoop, query);
        } catch (EchelonException e) {
            eventLoop.runOnContext(_ -> Refusal.send(context, e.code(), e.reason()));
        } catch (InterruptedException e) {
            LOG.debugf("The caller of request %s left", RequestGate.requestId(context));
        } catch (ExecutionException | RuntimeException e) {
            if (context.response().closed()) {
                LOG.debugf("The caller of request %s left", RequestGate.requestId(context));
                return;
            }
            LOG.errorf(e, "Request %s failed", RequestGate.requestId(context));
            eventLoop.runOnContext(
                    _ -> Refusal.send(context, ErrorCode.INTERNAL, ErrorAnswers.INTERNAL_MESSAGE));
        }
    }

    private void stream(HttpServerResponse response, Context eventLoop, LogQuery query)
            throws InterruptedException, ExecutionException {
        try (LogFanIn lines = new LogFanIn(database, logs, query)) {
            lines.start();
            await(
                    eventLoop,
                    () ->
                            response.setChunked(true)
                                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson")
                                    .write(Buffer.buffer()));
            List<LogRecord> batch = lines.next();
            while (!batch.isEmpty()) {
                Buffer text = Buffer.buffer();
                for (LogRecord line : batch) {
                    text.appendBytes(Json.bytes(LogLine.of(line))).appendByte((byte) '\n');
                }
                await(eventLoop, () -> response.write(text));
                batch = lines.next();
            }
            await(eventLoop, response::end);
        }
    }

    private LogQuery query(RoutingContext context) {
        TenantName tenant = new TenantName(context.pathParam("tenant"));
        AppName app = new AppName(context.pathParam("app"));
        HttpServerRequest request = context.request();
        String revision = parameter(request, "rev");
        return new LogQuery(
                tenant,
                app,
                revision == null
                        ? null
                        : new RevisionId(tenant, app, RevisionId.parseLabel(revision)),
                Query.since(parameter(request, "since"), clock.instant()),
                LogQuery.level(parameter(request, "level")),
                Query.integer(
                        "limit",
                        parameter(request, "limit"),
                        1,
                        LogQuery.LIMIT_MAX,
                        LogQuery.LIMIT_DEFAULT),
                Query.flag("follow", parameter(request, "follow"))
                        ? LogQuery.Mode.FOLLOW
                        : LogQuery.Mode.PAST);
    }

    /** A query parameter; null when it is absent or empty. */
    private static @Nullable String parameter(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static void await(Context eventLoop, Supplier<Future<Void>> write)
            throws InterruptedException, ExecutionException {
        Promise<Void> written = Promise.promise();
        eventLoop.runOnContext(_ -> write.get().onComplete(written));
        written.future().toCompletionStage().toCompletableFuture().get();
    }
}
