package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this node does for the others on its internal port: it tells what stands ready here, and
 * answers requests that they hand on. {@link ForwardedHead} has the wire format.
 */
final class ForwardRoutes {
    private static final Logger LOG = Logger.getLogger(ForwardRoutes.class);

    /** What stands ready here, unless that is what {@code known} says. */
    static final String WARM = "/warm";

    private static final String KNOWN = "known";
    private static final int NO_NEWS = 204;

    private final Parts parts;

    /**
     * What the answers come from.
     *
     * @param finder finds what is to answer
     * @param isReady whether this node takes requests, and sheds none of its load
     * @param warm what stands ready here
     * @param bodyLimit how long a caller may take for what its request's body consists of
     */
    record Parts(
            Admission admission,
            Finder finder,
            Traffic traffic,
            Traces traces,
            BooleanSupplier isReady,
            Supplier<WarmList> warm,
            Supplier<Duration> bodyLimit) {}

    /** Finds what is to answer a request that another node has handed on. */
    @FunctionalInterface
    interface Finder {
        /** What leads to the revision; fails with what the other node is told. */
        CompletionStage<Target> find(ForwardedHead head);
    }

    /** A connection of another node, which looks after it. */
    private record OfNode(Duration bodyLimit) implements CallerConnection {
        @Override
        public void begun() {}

        @Override
        public void ended() {}

        @Override
        public void endAfterThis() {}
    }

    private ForwardRoutes(Parts parts) {
        this.parts = parts;
    }

    static void mount(io.vertx.ext.web.Router router, Parts parts) {
        ForwardRoutes routes = new ForwardRoutes(parts);
        router.get(WARM).handler(routes::warm);
        router.route(ForwardedHead.PATH).handler(routes::forwarded);
    }

    private void warm(RoutingContext context) {
        WarmList list = parts.isReady().getAsBoolean() ? parts.warm().get() : WarmList.EMPTY;
        HttpServerRequest request = context.request();
        if (Integer.toString(list.version()).equals(request.getParam(KNOWN))) {
            request.response().setStatusCode(NO_NEWS).end();
        } else {
            InternalAnswers.json(request, Json.bytes(list));
        }
    }

    private void forwarded(RoutingContext context) {
        HttpServerRequest request = context.request();
        EventLoop eventLoop = ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
        try {
            if (!parts.isReady().getAsBoolean()) {
                throw new EchelonException(ErrorCode.UNAVAILABLE, "This node takes no requests");
            }
            ForwardedHead head = ForwardedHead.read(request);
            var found = parts.finder().find(head).toCompletableFuture();
            if (found.isDone()) {
                answerOrRefuse(request, head, found, eventLoop);
            } else {
                request.pause(); // nothing of it may come before somebody reads it
                var _ =
                        found.whenComplete(
                                (_, _) ->
                                        eventLoop.execute(
                                                () ->
                                                        answerOrRefuse(
                                                                request, head, found, eventLoop)));
            }
        } catch (EchelonException refusal) {
            InternalAnswers.refuse(request, refusal.code(), refusal.reason());
        }
    }

    private void answerOrRefuse(
            HttpServerRequest request,
            ForwardedHead head,
            CompletableFuture<Target> found,
            EventLoop eventLoop) {
        if (request.response().closed()) {
            return;
        }
        try {
            answer(request, head, found.join(), eventLoop);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof EchelonException refusal) {
                InternalAnswers.refuse(request, refusal.code(), refusal.reason());
            } else {
                LOG.errorf(failed, "%s could not be loaded", head.revision());
                InternalAnswers.refuse(
                        request, ErrorCode.INTERNAL, "The revision could not be loaded");
            }
        }
    }

    private void answer(
            HttpServerRequest request, ForwardedHead head, Target target, EventLoop eventLoop) {
        ForwardedRequest asked = new ForwardedRequest(request, head);
        Exchange exchange =
                new Exchange(
                        parts.traffic(),
                        parts.traces(),
                        asked,
                        eventLoop,
                        new OfNode(parts.bodyLimit().get()),
                        head.requestId(),
                        System.nanoTime());
        RequestHead read = RequestHead.forwarded(asked, head, hasBody(request));
        @Nullable RequestBody body = read.hasBody() ? exchange.openBody() : null;
        if (body == null) {
            request.resume(); // one that has a body is read as the function reads it
        }
        parts.admission().admit(exchange, read, body, target, head.scheme());
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return length == null
                ? request.getHeader("transfer-encoding") != null
                : HeaderRules.lengthOf(length) > 0;
    }
}
