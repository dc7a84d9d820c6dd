package io.echelon.edgeruntime;

import io.echelon.isolatepool.Call;
import io.echelon.tenants.ErrorCode;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request that another node answers: what its caller sends goes there and what comes goes back,
 * both as fast as they are taken.
 *
 * <p><b>Failure.</b> A node that cannot be reached, refuses, or fails before its answer begins
 * leaves the request to {@link Here}, if nothing of its body has gone there and it may be begun
 * twice, since it was not sent, or its method is idempotent. Otherwise the caller learns that it
 * may or may not have been done.
 *
 * <p><b>Thread safety.</b> Everything happens on the caller's event loop, but {@link #giveUp},
 * which moves over to it.
 */
final class Relay implements Call {
    /** How a request that was handed on ended. */
    enum End {
        /** The other node answered. */
        ANSWERED,
        /** The other node did not, and this one answers. */
        RETURNED,
        /** The other node did not, or broke off, and nobody answers. */
        FAILED,
        /** The caller left. */
        CANCELED
    }

    /** What becomes of a request that the other node did not answer. */
    interface Here {
        /**
         * Told that the other node begins to answer.
         *
         * @param headers of its answer
         */
        default void begins(MultiMap headers) {}

        /** Told once how it ended. */
        void ended(End end);

        /** Has it be answered by this node. */
        void answer();
    }

    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final long CONNECT_MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final String CONTINUE = "100-continue";

    /** Methods that may be done twice (RFC 9110, 9.2.2). */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.OPTIONS,
                    HttpMethod.PUT,
                    HttpMethod.DELETE);

    private final Exchange exchange;
    private final ForwardedHead head;
    private final @Nullable RequestBody body;
    private final long contentLength;
    private final Peer peer;
    private final Here here;
    private @Nullable HttpClientRequest request;
    private boolean bodyAsked;
    private boolean bodySent;
    private boolean answered;
    private boolean refused;
    private boolean over;

    /**
     * @param body null for none
     * @param contentLength of the body, in bytes; -1 when the caller does not say
     */
    Relay(
            Exchange exchange,
            ForwardedHead head,
            @Nullable RequestBody body,
            long contentLength,
            Peer peer,
            Here here) {
        this.exchange = exchange;
        this.head = head;
        this.body = body;
        this.contentLength = contentLength;
        this.peer = peer;
        this.here = here;
    }

    /** Asks the other node; on the caller's event loop, in the context of its connection. */
    void begin() {
        exchange.answeredBy(this);
        peer.waits(this);
        peer.way()
                .client()
                .request(
                        peer.way()
                                .options(exchange.request().method(), ForwardedHead.PATH)
                                .setConnectTimeout(CONNECT_MILLIS))
                .onComplete(
                        made -> {
                            if (made.failed()) {
                                gone(made.cause().toString());
                            } else if (over) {
                                made.result().reset();
                            } else {
                                send(made.result());
                            }
                        });
    }

    /** The caller has left. */
    @Override
    public void cancel() {
        if (!over) {
            end(End.CANCELED);
            exchange.answeredDirectly(0);
        }
    }

    /** The other node does not answer any more; whatever thread this is. */
    void giveUp() {
        exchange.eventLoop()
                .execute(
                        () -> {
                            if (!answered) {
                                gone("it hangs");
                            }
                        });
    }

    private void send(HttpClientRequest made) {
        request = made;
        try {
            head.write(made.headers());
        } catch (IllegalArgumentException notHttp) {
            request = null;
            made.reset();
            notBegun(String.valueOf(notHttp.getMessage()));
            return;
        }
        made.exceptionHandler(this::broken);
        made.response()
                .onComplete(
                        got -> {
                            if (got.succeeded()) {
                                receive(got.result());
                            } else {
                                broken(got.cause());
                            }
                        });
        if (body == null) {
            bodySent = true;
            made.end().onFailure(this::broken);
            return;
        }
        made.putHeader("expect", CONTINUE);
        if (contentLength >= 0) {
            made.putHeader("content-length", Long.toString(contentLength));
        } else {
            made.setChunked(true);
        }
        made.continueHandler(_ -> pass(body, made));
        made.sendHead().onFailure(this::broken);
    }

    /** Passes the next piece of the caller's body on. */
    private void pass(RequestBody from, HttpClientRequest to) {
        if (over) {
            return;
        }
        bodyAsked = true;
        var _ =
                from.read()
                        .whenComplete(
                                (piece, failure) -> {
                                    if (over) {
                                        return;
                                    }
                                    if (failure != null) {
                                        bodyBroken(failure);
                                    } else if (piece == null) {
                                        bodySent = true;
                                        to.end().onFailure(this::broken);
                                    } else {
                                        pass(piece, from, to);
                                    }
                                });
    }

    private void pass(byte[] piece, RequestBody from, HttpClientRequest to) {
        to.write(BufferImpl.buffer(Unpooled.wrappedBuffer(piece))).onFailure(this::broken);
        if (to.writeQueueFull()) {
            to.drainHandler(
                    _ -> {
                        to.drainHandler(null);
                        pass(from, to);
                    });
        } else {
            pass(from, to);
        }
    }

    /** The caller sends nothing of its body any more. */
    private void bodyBroken(Throwable failure) {
        end(End.CANCELED);
        if (answered) {
            exchange.answeredDirectly(0);
            exchange.breakOff();
        } else {
            exchange.refuse(ErrorCode.INVALID_ARGUMENT, String.valueOf(failure.getMessage()), null);
        }
    }

    private void receive(HttpClientResponse response) {
        if (over) {
            return;
        }
        if (!exchange.requestId().equals(response.getHeader(OwnHeaders.REQUEST_ID.toString()))) {
            refused = true;
            response.exceptionHandler(_ -> {}); // what it says is not read
            peer.refused(head.revision().toString());
            notBegun("it refuses with status " + response.statusCode());
            return;
        }
        answered = true;
        peer.waitsNoMore(this);
        here.begins(response.headers());
        HttpServerResponse to = exchange.request().response();
        to.setStatusCode(response.statusCode());
        long length = HeaderRules.copyRelayed(response.headers(), to.headers());
        boolean bodiless =
                exchange.request().method().equals(HttpMethod.HEAD)
                        || response.statusCode() == 204
                        || response.statusCode() == 304;
        exchange.beginRelayed(bodiless ? Math.max(0, length) : length);
        response.exceptionHandler(this::broken);
        response.handler(piece -> pass(piece, response, to));
        response.endHandler(_ -> ended());
    }

    private void pass(Buffer piece, HttpClientResponse from, HttpServerResponse to) {
        if (over) {
            return;
        }
        to.write(piece).onFailure(_ -> {}); // its connection's end is told to the exchange
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(_ -> from.resume());
        }
    }

    private void ended() {
        if (!over) {
            end(End.ANSWERED);
            exchange.answeredDirectly(0);
            exchange.finish(null);
        }
    }

    private void broken(Throwable cause) {
        if (!answered) {
            gone(cause.toString());
        } else if (!over) {
            end(End.FAILED);
            exchange.answeredDirectly(0);
            exchange.breakOff();
        }
    }

    /** The other node has not begun, and lives. */
    private void notBegun(String why) {
        if (!over) {
            log(why);
            end(End.RETURNED);
            here.answer();
        }
    }

    /** The other node is gone, and may have begun if the request was sent. */
    private void gone(String why) {
        if (over) {
            return;
        }
        peer.isAway();
        boolean mayBeginAgain = request == null || IDEMPOTENT.contains(exchange.request().method());
        if (mayBeginAgain && !bodyAsked) {
            notBegun(why);
            return;
        }
        log(why);
        end(End.FAILED);
        exchange.refuse(
                ErrorCode.UNAVAILABLE,
                "The node that this was handed to has failed; it may or may not have been done",
                null);
    }

    private void log(String why) {
        LOG.debugf("%s does not answer a request of %s: %s", peer.id(), head.revision(), why);
    }

    /** Notes the end, after which nothing comes from the other node. */
    private void end(End how) {
        over = true;
        peer.waitsNoMore(this);
        HttpClientRequest sent = request;
        boolean canBeReused = bodySent && (how == End.ANSWERED || refused);
        if (sent != null && !canBeReused) {
            sent.reset();
        }
        here.ended(how);
    }
}
