package io.echelon.edgeruntime;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The body of a caller's request, read from the connection as the guest asks for it. */
final class RequestBody implements BodySource {
    /** How much of a body that nobody reads is taken in so that the connection stays usable. */
    private static final long DISCARD_MAX_BYTES = 1024 * 1024;

    private static final long HTTP2_NO_ERROR = 0;

    private final HttpServerRequest request;
    private final EventLoop eventLoop;
    private final StreamPuller puller;
    private final Duration timeLimit;
    private final Runnable tooLarge;
    private boolean continueWanted;
    private long bytes;

    /**
     * @param timeLimit how long the caller may take for a piece that the guest waits for
     * @param tooLarge told, on the event loop, when the body turns out larger than {@link
     *     Limits#REQUEST_BODY_MAX_BYTES}
     */
    RequestBody(
            HttpServerRequest request, EventLoop eventLoop, Duration timeLimit, Runnable tooLarge) {
        this.request = request;
        this.eventLoop = eventLoop;
        this.timeLimit = timeLimit;
        this.tooLarge = tooLarge;
        this.continueWanted = "100-continue".equalsIgnoreCase(request.getHeader("expect"));
        this.puller =
                new StreamPuller(
                        request,
                        eventLoop,
                        timeLimit,
                        () ->
                                new GuestError(
                                        "TypeError",
                                        "The caller sent nothing of the request's body for %d seconds"
                                                .formatted(timeLimit.toSeconds())));
    }

    @Override
    public CompletionStage<byte @Nullable []> read() {
        CompletableFuture<byte @Nullable []> result = new CompletableFuture<>();
        eventLoop.execute(() -> read(result));
        return result;
    }

    private void read(CompletableFuture<byte @Nullable []> result) {
        if (continueWanted) {
            continueWanted = false;
            request.response().writeContinue();
        }
        puller.pull()
                .whenComplete(
                        (piece, failure) -> {
                            if (failure != null) {
                                result.completeExceptionally(told(failure));
                            } else {
                                deliver(piece, result);
                            }
                        });
    }

    private void deliver(byte @Nullable [] piece, CompletableFuture<byte @Nullable []> result) {
        bytes += piece == null ? 0 : piece.length;
        if (bytes > Limits.REQUEST_BODY_MAX_BYTES) {
            tooLarge.run();
            GuestError refusal =
                    new GuestError("TypeError", "The request's body is larger than is allowed");
            puller.fail(refusal);
            result.completeExceptionally(refusal);
        } else {
            result.complete(piece);
        }
    }

    /** How long the caller may take for a piece, or for all of it when nobody runs for it. */
    Duration timeLimit() {
        return timeLimit;
    }

    /** What a caller is told whose body had to come whole within a time. */
    static EchelonException tooSlow(Duration limit) {
        return new EchelonException(
                ErrorCode.INVALID_ARGUMENT,
                "The request's body did not come whole within %d seconds"
                        .formatted(limit.toSeconds()));
    }

    /** How much of it was read, in bytes; on the event loop. */
    long bytes() {
        return bytes;
    }

    /** Says that the caller has gone. */
    void callerLeft() {
        puller.fail(new GuestError("AbortError", "The caller broke off the request"));
    }

    @Override
    public void cancel() {
        // What is left is discarded once the response is out.
    }

    /** Takes in what is left of the body after the response; breaks off when that is much. */
    void discardRest() {
        if (puller.isEnded()) {
            return;
        }
        if (continueWanted || puller.isOver()) {
            breakOff();
            return;
        }
        long[] discarded = {0};
        request.handler(
                buffer -> {
                    discarded[0] += buffer.length();
                    if (discarded[0] > DISCARD_MAX_BYTES) {
                        breakOff();
                    }
                });
        request.resume();
    }

    private void breakOff() {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(HTTP2_NO_ERROR);
        } else {
            request.connection().close();
        }
    }

    private static Throwable told(Throwable failure) {
        return failure instanceof GuestError
                ? failure
                : new GuestError("TypeError", "The caller broke off the request's body");
    }
}
