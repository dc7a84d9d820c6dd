package io.echelon.edgeruntime;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvQueue.Part;
import io.echelon.kvstore.QueueDesk;
import io.echelon.kvstore.connect.RemoteQueueDesk.Moved;
import io.echelon.kvstore.connect.RemoteQueueDesk.Names;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The messages of the store's databases on the internal port, below {@code /queues}. */
final class QueueRoutes {
    private final QueueDesk desk;

    private QueueRoutes(QueueDesk desk) {
        this.desk = desk;
    }

    static void mount(Router router, QueueDesk desk) {
        QueueRoutes routes = new QueueRoutes(desk);
        router.get("/queues").handler(routes::list);
        router.get("/queues/:database").handler(routes::look);
        router.delete("/queues/:database").handler(routes::purge);
        router.post("/queues/:database/redrive").handler(routes::redrive);
    }

    private void list(RoutingContext context) {
        answer(context.request(), () -> new Names(desk.databases()));
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        String database = context.pathParam("database");
        answer(
                request,
                () ->
                        desk.look(
                                database,
                                part(request.getParam("part")),
                                limit(request.getParam("limit"))));
    }

    private void purge(RoutingContext context) {
        HttpServerRequest request = context.request();
        String database = context.pathParam("database");
        answer(request, () -> new Moved(desk.purge(database, part(request.getParam("part")))));
    }

    private void redrive(RoutingContext context) {
        String database = context.pathParam("database");
        answer(context.request(), () -> new Moved(desk.redrive(database)));
    }

    private static void answer(HttpServerRequest request, Supplier<Object> work) {
        InternalAnswers.onThread(
                request, "queues", () -> InternalAnswers.json(request, Json.bytes(work.get())));
    }

    private static Part part(@Nullable String text) {
        try {
            return Part.valueOf(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw refuse("part is \"%s\"; it must be LIVE or DEAD".formatted(text), e);
        }
    }

    private static int limit(@Nullable String text) {
        try {
            return Integer.parseInt(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw refuse(
                    "limit is \"%s\"; it must be from 0 to %d".formatted(text, KvQueue.PEEK_MAX),
                    e);
        }
    }

    private static EchelonException refuse(String message, Exception cause) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }
}
