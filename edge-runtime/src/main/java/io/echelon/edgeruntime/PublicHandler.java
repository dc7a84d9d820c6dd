package io.echelon.edgeruntime;

import io.echelon.edgeruntime.Forwarding.Asked;
import io.echelon.edgeruntime.RequestHead.Sender;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Outcome;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests from the public: which revision, whether it is let in, and off into the pool. One
 * instance belongs to one event loop.
 */
final class PublicHandler {
    static final String BODY_TOO_LARGE =
            "The request's body is larger than the %,d bytes that are allowed"
                    .formatted(Limits.REQUEST_BODY_MAX_BYTES);

    /** Where a balancer asks, at any host that leads to no app, whether to send callers here. */
    static final String READY = "/.well-known/echelon/ready";

    /** The same for a balancer that wants nodes only whose functions have databases. */
    private static final String READY_WITH_STORE = READY + "?store";

    private static final int OK = 200;
    private static final long HTTP2_REFUSED_STREAM = 7;

    /**
     * What every handler of a node works with.
     *
     * @param domains hosts of tenants' own
     * @param kv tenants' databases
     * @param admission answers what is answered on this node
     * @param forwarding hands on what another node is quicker with
     * @param traces of what is called
     * @param storeIsAway whether the platform's store does not answer this node
     * @param trustedProxies whose {@code x-forwarded-*} headers count
     */
    record Services(
            Router router,
            DomainAnswers domains,
            PublicKv kv,
            Admission admission,
            Forwarding forwarding,
            Traffic traffic,
            Traces traces,
            BooleanSupplier storeIsAway,
            Supplier<List<Cidr>> trustedProxies) {}

    private final Services services;
    private final EventLoop eventLoop;
    private final String scheme;
    private final RequestIds ids = new RequestIds();

    /**
     * @param scheme {@code http} or {@code https}
     */
    PublicHandler(Services services, EventLoop eventLoop, String scheme) {
        this.services = services;
        this.eventLoop = eventLoop;
        this.scheme = scheme;
    }

    /** Takes a request whose head could be parsed. */
    void handle(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request);
        if (guard.isEnding()) {
            return; // it may be what somebody smuggled behind a request that was refused
        }
        if (guard.hasAllStreams()) {
            request.response().reset(HTTP2_REFUSED_STREAM);
            return;
        }
        Sender sender = sender(guard.remoteHost());
        RequestHead head = RequestHead.read(request, scheme, guard.remoteHost(), sender);
        String refusal = head.refusal();
        String host = HostNames.withoutPort(head.authority());
        if (refusal == null && services.kv().isFor(host, head.target())) {
            toDatabase(request, head, guard, sender);
            return;
        }
        Exchange exchange = begin(request, guard);
        if (refusal != null) {
            exchange.refuse(head.refusalCode(), refusal, null);
            return;
        }
        if (head.contentLength() > Limits.REQUEST_BODY_MAX_BYTES) {
            exchange.refuse(ErrorCode.PAYLOAD_TOO_LARGE, BODY_TOO_LARGE, null);
            return;
        }
        RequestBody body = head.hasBody() ? exchange.openBody() : null;
        String leading = host;
        Route route = services.router().find(host);
        if (route == null) {
            CustomDomain domain = services.domains().find(host);
            if (domain != null) {
                if (services.domains().answer(exchange, head, domain)) {
                    return;
                }
                leading = domain.production();
                route = services.router().find(leading);
            }
        }
        if (route == null && head.target().equals(READY)) {
            answerReady(exchange, false);
        } else if (route == null && head.target().equals(READY_WITH_STORE)) {
            answerReady(exchange, services.storeIsAway().getAsBoolean());
        } else if (route == null) {
            lookFurther(new Asked(exchange, head, body, scheme), leading);
        } else {
            Target target = route.choose(head, request.response().headers());
            if (target.warmth().isCold()) {
                handOn(new Asked(exchange, head, body, scheme), target);
            } else {
                services.admission().admit(exchange, head, body, target, scheme);
            }
        }
    }

    /** Has another node answer a request that this one would be slow with, or answers it here. */
    private void handOn(Asked asked, Target target) {
        if (!services.forwarding().take(asked, target, () -> admit(asked, target))) {
            admit(asked, target);
        }
    }

    private void admit(Asked asked, Target target) {
        services.admission()
                .admit(asked.exchange(), asked.head(), asked.body(), target, asked.scheme());
    }

    /** Takes a request whose head could not be parsed, and answers what is wrong with it. */
    void handleInvalid(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request);
        if (guard.isEnding()) {
            return;
        }
        Exchange exchange = begin(request, guard);
        Throwable cause = request.decoderResult().cause();
        switch (cause) {
            case TooLongHttpLineException line ->
                    exchange.refuse(
                            ErrorCode.URI_TOO_LONG,
                            "The address is longer than the %,d bytes that are allowed"
                                    .formatted(Limits.URL_MAX_BYTES),
                            null);
            case TooLongHttpHeaderException header ->
                    exchange.refuse(ErrorCode.HEADERS_TOO_LARGE, headersTooLarge(), null);
            case TooLongFrameException frame ->
                    exchange.refuse(ErrorCode.HEADERS_TOO_LARGE, headersTooLarge(), null);
            case null, default ->
                    exchange.refuse(
                            ErrorCode.INVALID_ARGUMENT, "The request is not valid HTTP", null);
        }
    }

    private void toDatabase(
            HttpServerRequest request, RequestHead head, ConnectionGuard guard, Sender sender) {
        String forwarded = request.getHeader("x-forwarded-proto");
        services.kv()
                .handle(
                        request,
                        head,
                        sender == Sender.TRUSTED_PROXY && "https".equals(forwarded)
                                ? forwarded
                                : scheme,
                        eventLoop,
                        guard,
                        services.traffic(),
                        ids.next(System.currentTimeMillis()));
    }

    private Exchange begin(HttpServerRequest request, ConnectionGuard guard) {
        return new Exchange(
                services.traffic(),
                services.traces(),
                request,
                eventLoop,
                guard,
                ids.next(System.currentTimeMillis()),
                System.nanoTime());
    }

    /** Says by the status alone whether this node takes requests. */
    private void answerReady(Exchange exchange, boolean lacksStore) {
        exchange.request()
                .response()
                .setStatusCode(
                        services.traffic().isDraining() || lacksStore
                                ? ErrorCode.UNAVAILABLE.status()
                                : OK)
                .headers()
                .set(OwnHeaders.CONTENT_LENGTH, "0")
                .set(OwnHeaders.STORE, services.storeIsAway().getAsBoolean() ? "away" : "answers");
        exchange.setOwnHeaders(null, 0, 0);
        exchange.answeredDirectly(0);
        exchange.finish(null);
    }

    private void lookFurther(Asked asked, String host) {
        String authority = asked.head().authority();
        if (!HostNames.isWellFormed(authority)) {
            asked.exchange()
                    .refuse(
                            ErrorCode.INVALID_ARGUMENT,
                            "The request's Host is not a valid name with an optional port",
                            null);
        } else if (!services.forwarding().take(asked, host, () -> wake(asked, host))) {
            wake(asked, host);
        }
    }

    private void wake(Asked asked, String host) {
        services.router()
                .wake(host)
                .whenComplete(
                        (found, impossible) ->
                                eventLoop.execute(() -> lookedFurther(asked, found)));
    }

    private void lookedFurther(Asked asked, @Nullable Target found) {
        if (asked.exchange().isOver()) {
            services.traffic().ended();
        } else if (found == null) {
            asked.exchange()
                    .refuse(
                            ErrorCode.NOT_FOUND,
                            "Nothing is deployed at %s".formatted(asked.head().authority()),
                            Outcome.NOT_FOUND);
        } else {
            admit(asked, found);
        }
    }

    private Sender sender(String remoteHost) {
        List<Cidr> trusted = services.trustedProxies().get();
        if (trusted.isEmpty()) {
            return Sender.ANYONE;
        }
        InetAddress address = InetAddress.ofLiteral(remoteHost);
        return trusted.stream().anyMatch(range -> range.contains(address))
                ? Sender.TRUSTED_PROXY
                : Sender.ANYONE;
    }

    private static String headersTooLarge() {
        return "The request's headers are larger than the %,d bytes that are allowed"
                .formatted(Limits.HEADERS_MAX_BYTES);
    }
}
