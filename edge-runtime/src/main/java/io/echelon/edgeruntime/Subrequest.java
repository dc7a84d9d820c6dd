package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * One outgoing request and its response.
 *
 * <p><b>Thread safety.</b> The isolate calls from its thread; everything moves over to one event
 * loop, where all state is kept that is not volatile.
 */
final class Subrequest {
    /** How a request's body is handed over. */
    enum BodyMode {
        WHOLE,
        STREAMED
    }

    private static final Duration RESPONSE_IDLE = Duration.ofMinutes(2);
    private static final long HTTP2_CANCEL = 8;

    private record Piece(byte[] bytes, CompletableFuture<@Nullable Object> taken) {}

    private final FetchSession session;
    private final int rid;
    private final ContextInternal context;
    private final EventLoop eventLoop;
    private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    private final Queue<Piece> unsent = new ArrayDeque<>();
    private volatile String url = "";
    private boolean connectionHeld;
    private boolean canceled;
    private boolean bodyFinished;
    private @Nullable FetchTarget target;
    private @Nullable HttpMethod method;
    private Object[] headers = new Object[0];
    private byte @Nullable [] wholeBody;
    private BodyMode bodyMode = BodyMode.WHOLE;
    private @Nullable HttpClientRequest request;
    private @Nullable StreamPuller puller;
    private @Nullable ContentDecoder decoder;

    Subrequest(FetchSession session, Vertx vertx, int rid) {
        this.session = session;
        this.rid = rid;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.eventLoop = context.nettyEventLoop();
    }

    int rid() {
        return rid;
    }

    String url() {
        return url;
    }

    /** Whether the response's head is still waited for. */
    boolean isUnanswered() {
        return !url.isEmpty() && !answer.isDone();
    }

    /** Says that the request counts among those with a connection; guarded by the session. */
    void enterConnection() {
        connectionHeld = true;
    }

    /** Says that it no longer counts, and whether it did; guarded by the session. */
    boolean leaveConnection() {
        boolean held = connectionHeld;
        connectionHeld = false;
        return held;
    }

    /** Takes what is to be sent; {@link #connect} sends it. */
    CompletionStage<@Nullable Object> open(
            String methodName,
            String address,
            FetchTarget destination,
            Object[] flatHeaders,
            byte @Nullable [] body,
            BodyMode mode) {
        OutgoingHeaders.check(methodName, flatHeaders);
        url = address;
        method = HttpMethod.valueOf(methodName);
        target = destination;
        headers = flatHeaders;
        wholeBody = body;
        bodyMode = mode;
        return answer;
    }

    /** Looks the host up, checks its addresses and sends the request. */
    void connect() {
        FetchTarget destination = target;
        if (destination == null) {
            return;
        }
        var _ =
                session.destinations()
                        .find(destination.lookupName())
                        .whenComplete(
                                (addresses, failure) ->
                                        context.runOnContext(
                                                nothing -> {
                                                    if (failure != null) {
                                                        fail(failure);
                                                    } else {
                                                        connect(destination, addresses, 0);
                                                    }
                                                }));
    }

    /** Gives the next bytes of a body in pieces; the stage ends when more may come. */
    CompletionStage<@Nullable Object> write(byte[] bytes) {
        CompletableFuture<@Nullable Object> taken = new CompletableFuture<>();
        eventLoop.execute(
                () -> {
                    if (canceled || bodyFinished) {
                        taken.completeExceptionally(aborted());
                    } else {
                        unsent.add(new Piece(bytes, taken));
                        sendPieces();
                    }
                });
        return taken;
    }

    CompletionStage<@Nullable Object> finishBody() {
        eventLoop.execute(
                () -> {
                    bodyFinished = true;
                    sendPieces();
                });
        return CompletableFuture.completedFuture(null);
    }

    /** The next bytes of the response; null at the end. */
    CompletionStage<@Nullable Object> read() {
        CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        eventLoop.execute(() -> read(result));
        return result;
    }

    /** Breaks off; what waits ends with an {@code AbortError}. */
    void cancel() {
        eventLoop.execute(() -> fail(aborted()));
    }

    private void connect(FetchTarget destination, List<InetAddress> addresses, int attempt) {
        if (canceled) {
            return;
        }
        InetAddress address = addresses.get(attempt);
        RequestOptions options =
                new RequestOptions()
                        .setMethod(method)
                        .setServer(
                                SocketAddress.inetSocketAddress(
                                        destination.port(), address.getHostAddress()))
                        .setHost(destination.lookupName())
                        .setPort(destination.port())
                        .setURI(destination.target())
                        .setFollowRedirects(false);
        session.client(destination)
                .request(options)
                .onComplete(
                        made -> {
                            if (made.succeeded()) {
                                send(made.result());
                            } else if (attempt + 1 < addresses.size()
                                    && FetchFailure.isConnect(made.cause())) {
                                connect(destination, addresses, attempt + 1);
                            } else {
                                fail(made.cause());
                            }
                        });
    }

    private void send(HttpClientRequest made) {
        if (canceled) {
            made.reset(HTTP2_CANCEL);
            return;
        }
        request = made;
        OutgoingHeaders.copy(headers, made);
        made.response()
                .onComplete(
                        got -> {
                            if (got.succeeded()) {
                                receive(got.result());
                            } else {
                                fail(got.cause());
                            }
                        });
        made.exceptionHandler(this::fail);
        byte[] body = wholeBody;
        wholeBody = null;
        if (bodyMode == BodyMode.STREAMED) {
            made.setChunked(true);
            made.drainHandler(nothing -> sendPieces());
            made.sendHead().onFailure(this::fail);
            sendPieces();
        } else if (body == null) {
            if (OutgoingHeaders.announcesEmptyBody(made.getMethod())) {
                made.putHeader("content-length", "0");
            }
            made.end().onFailure(this::fail);
        } else {
            made.end(BufferImpl.buffer(Unpooled.wrappedBuffer(body))).onFailure(this::fail);
            session.sent(body.length);
        }
    }

    private void sendPieces() {
        HttpClientRequest out = request;
        if (out == null || canceled) {
            return;
        }
        while (!out.writeQueueFull()) {
            Piece piece = unsent.poll();
            if (piece == null) {
                break;
            }
            if (piece.bytes().length > 0) {
                out.write(BufferImpl.buffer(Unpooled.wrappedBuffer(piece.bytes())))
                        .onFailure(this::fail);
                session.sent(piece.bytes().length);
            }
            piece.taken().complete(null);
        }
        if (bodyFinished && unsent.isEmpty() && bodyMode == BodyMode.STREAMED) {
            bodyMode = BodyMode.WHOLE;
            out.end().onFailure(this::fail);
        }
    }

    private void receive(HttpClientResponse response) {
        if (canceled) {
            return;
        }
        puller =
                new StreamPuller(
                        response,
                        eventLoop,
                        RESPONSE_IDLE,
                        () ->
                                new GuestError(
                                        "TypeError",
                                        "error reading a body from connection: timed out"));
        String encoding = response.getHeader("content-encoding");
        boolean bodiless =
                HttpMethod.HEAD.equals(method)
                        || response.statusCode() == 204
                        || response.statusCode() == 304;
        decoder = bodiless ? null : ContentDecoder.of(encoding);
        answer.complete(
                new Object[] {
                    response.statusCode(),
                    response.statusMessage() == null ? "" : response.statusMessage(),
                    OutgoingHeaders.flat(response.headers(), decoder),
                    rid,
                    response.version() == HttpVersion.HTTP_2 ? "HTTP/2" : "HTTP/1.1"
                });
    }

    private void read(CompletableFuture<@Nullable Object> result) {
        StreamPuller source = puller;
        if (canceled || source == null) {
            result.completeExceptionally(aborted());
            return;
        }
        ContentDecoder unpacking = decoder;
        if (unpacking != null) {
            try {
                byte[] piece = unpacking.next();
                if (piece != null) {
                    result.complete(piece);
                    return;
                }
            } catch (DataFormatException damaged) {
                GuestError failure = damaged();
                fail(failure);
                result.completeExceptionally(failure);
                return;
            }
        }
        source.pull()
                .whenComplete(
                        (piece, failure) -> {
                            if (failure != null) {
                                GuestError told = FetchFailure.reading(url, failure);
                                fail(told);
                                result.completeExceptionally(told);
                            } else if (piece == null) {
                                end(result);
                            } else {
                                session.received(piece.length);
                                if (unpacking == null) {
                                    result.complete(piece);
                                } else {
                                    unpacking.offer(piece);
                                    read(result);
                                }
                            }
                        });
    }

    private void end(CompletableFuture<@Nullable Object> result) {
        ContentDecoder unpacking = decoder;
        if (unpacking != null && !unpacking.isComplete()) {
            result.completeExceptionally(damaged());
        } else {
            result.complete(null);
        }
        if (unpacking != null) {
            unpacking.close();
            decoder = null;
        }
        if (bodyMode == BodyMode.WHOLE) {
            session.over(this);
        }
    }

    private void fail(Throwable cause) {
        if (canceled) {
            return;
        }
        canceled = true;
        GuestError told = FetchFailure.sending(url, cause);
        answer.completeExceptionally(told);
        for (Piece piece = unsent.poll(); piece != null; piece = unsent.poll()) {
            piece.taken().completeExceptionally(told);
        }
        StreamPuller source = puller;
        HttpClientRequest sent = request;
        if (sent != null && (source == null || !source.isOver() || bodyMode == BodyMode.STREAMED)) {
            sent.reset(HTTP2_CANCEL);
        }
        if (source != null) {
            source.fail(told);
        }
        ContentDecoder unpacking = decoder;
        if (unpacking != null) {
            unpacking.close();
            decoder = null;
        }
        session.over(this);
    }

    private static GuestError aborted() {
        return new GuestError("AbortError", "The request was aborted");
    }

    private static GuestError damaged() {
        return new GuestError(
                "TypeError",
                "error decoding response body: it is not what its content-encoding says");
    }
}
