package io.echelon.edgeruntime;

import io.echelon.kvstore.connect.ConnectAnswer;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request of KV Connect on a public port, and its answer.
 *
 * <p><b>Thread safety.</b> Made on the connection's event loop; the other methods may be called
 * from any thread and move over to it.
 */
final class KvExchange {
    private static final Logger LOG = Logger.getLogger(KvExchange.class);
    private static final int TIMEOUT_SECONDS = 60;
    private static final int DISCARD_MAX_BYTES = KvConnectServer.REQUEST_MAX_BYTES;
    private static final int USUAL_BODY_BYTES = 512;
    private static final long HTTP2_CANCEL = 8;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final EventLoop eventLoop;
    private final ConnectionGuard guard;
    private final Traffic traffic;
    private final String requestId;
    private final Buffer body = Buffer.buffer(USUAL_BODY_BYTES);
    private Runnable atEnd = () -> {};
    private ConnectAnswer.@Nullable AutoCloseableSource source;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean bodyRead;

    /** Whether the answer is the last one of its connection. */
    private boolean isLast;

    private boolean isCounted = true;
    private boolean over;

    KvExchange(
            HttpServerRequest request,
            EventLoop eventLoop,
            ConnectionGuard guard,
            Traffic traffic,
            String requestId) {
        this.request = request;
        this.response = request.response();
        this.eventLoop = eventLoop;
        this.guard = guard;
        this.traffic = traffic;
        this.requestId = requestId;
        request.pause();
        guard.begun();
        traffic.begun();
        response.closeHandler(nothing -> settled());
        response.exceptionHandler(failure -> settled());
    }

    /** Says what is to happen once when the exchange is over. */
    void onEnd(Runnable task) {
        atEnd = task;
    }

    /** The request's headers by lower-case name. */
    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.put(HeaderRules.lowerCase(name), value));
        return headers;
    }

    void onEventLoop(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }

    /** Reads the body and gives it to a task that does not wait; all on the event loop. */
    void withBody(Consumer<byte[]> task) {
        if (over) {
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            response.writeContinue();
        }
        request.handler(this::received);
        request.endHandler(nothing -> complete(task));
        request.exceptionHandler(broken -> breakOff());
        deadline =
                eventLoop.schedule(
                        this::tooSlow, guard.bodyLimit().toMillis(), TimeUnit.MILLISECONDS);
        request.resume();
    }

    private void received(Buffer piece) {
        body.appendBuffer(piece);
        if (body.length() > KvConnectServer.REQUEST_MAX_BYTES) {
            endWait();
            request.pause();
            refuse(
                    new EchelonException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "The request's body is larger than the %,d bytes that are allowed"
                                    .formatted(KvConnectServer.REQUEST_MAX_BYTES)));
        }
    }

    private void complete(Consumer<byte[]> task) {
        endWait();
        bodyRead = true;
        if (over) {
            return;
        }
        try {
            task.accept(body.getBytes());
        } catch (RuntimeException failure) {
            refuse(failure);
        }
    }

    /** Refuses a body that trickles in; what is left of it is not waited for. */
    private void tooSlow() {
        isLast = true;
        refuse(RequestBody.tooSlow(guard.bodyLimit()));
    }

    private void endWait() {
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            deadline = null;
            timer.cancel(false);
        }
    }

    /** Answers with what went wrong. */
    void refuse(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (!(cause instanceof EchelonException)) {
            LOG.errorf(cause, "Request %s of KV Connect failed", requestId);
        }
        send(
                withRetryAfter(
                        KvConnectServer.refusal(
                                cause instanceof EchelonException known
                                        ? known
                                        : new EchelonException(
                                                ErrorCode.INTERNAL,
                                                "An internal error happened; the node's log has it under %s"
                                                        .formatted(requestId)))));
    }

    private static ConnectAnswer.Whole withRetryAfter(ConnectAnswer.Whole refusal) {
        if (refusal.status() != ErrorCode.OVER_QUOTA.status()) {
            return refusal;
        }
        Map<String, String> headers = new HashMap<>(refusal.headers());
        headers.put("retry-after", "1");
        return new ConnectAnswer.Whole(refusal.status(), headers, refusal.body());
    }

    void send(ConnectAnswer.Whole answer) {
        eventLoop.execute(
                () -> {
                    if (over || response.headWritten()) {
                        return;
                    }
                    head(answer);
                    settled(); // before the caller knows
                    Future<Void> sent = response.end(Buffer.buffer(answer.body()));
                    if (isLast) {
                        sent.onComplete(nothing -> request.connection().close());
                    } else {
                        discardRest();
                    }
                });
    }

    /** Sends frames until one side ends them; from a thread that may wait. */
    void stream(ConnectAnswer.Frames frames) {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        eventLoop.execute(
                () -> {
                    if (!over) {
                        head(frames);
                        // A watch has no end of its own, so nobody waits for it.
                        isCounted = false;
                        traffic.ended();
                        response.setChunked(true);
                        response.writeHead();
                    }
                    begun.complete(null);
                });
        begun.join();
        ConnectAnswer.AutoCloseableSource opened = frames.source().open(new Sink());
        eventLoop.execute(
                () -> {
                    source = opened;
                    if (over) {
                        opened.close();
                    }
                });
    }

    /** Ends an answer that has frames. */
    void end() {
        eventLoop.execute(
                () -> {
                    if (!over) {
                        response.end();
                        settled();
                    }
                });
    }

    private void head(ConnectAnswer answer) {
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.headers().set(OwnHeaders.DATE, traffic.date());
        response.headers().set(OwnHeaders.REQUEST_ID, requestId);
        isLast = (isLast || traffic.isDraining()) && request.version() != HttpVersion.HTTP_2;
        if (isLast) {
            response.headers().set(OwnHeaders.CONNECTION, OwnHeaders.CLOSE);
            guard.endAfterThis();
        }
    }

    private void settled() {
        if (over) {
            return;
        }
        over = true;
        endWait();
        guard.ended();
        if (isCounted) {
            traffic.ended();
        }
        ConnectAnswer.AutoCloseableSource open = source;
        if (open != null) {
            open.close();
        }
        atEnd.run();
    }

    /** Takes in what is left of a body that was refused; breaks off when that is much. */
    private void discardRest() {
        if (bodyRead || request.isEnded()) {
            return;
        }
        long[] discarded = {0};
        request.handler(
                buffer -> {
                    discarded[0] += buffer.length();
                    if (discarded[0] > DISCARD_MAX_BYTES) {
                        request.connection().close();
                    }
                });
        request.resume();
    }

    private void breakOff() {
        if (over) {
            return;
        }
        settled();
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset(HTTP2_CANCEL);
        } else {
            request.connection().close();
        }
    }

    /** Where a watch's frames go; one that is not taken for a minute breaks the answer off. */
    private final class Sink implements ConnectAnswer.FrameSink {
        @Override
        public CompletionStage<?> send(byte[] frame) {
            return response.write(Buffer.buffer(frame))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .whenComplete(
                            (sent, failure) -> {
                                if (failure != null) {
                                    eventLoop.execute(KvExchange.this::breakOff);
                                }
                            });
        }

        @Override
        public void end() {
            KvExchange.this.end();
        }
    }
}
