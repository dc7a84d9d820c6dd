package io.echelon.edgeruntime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream that pushes into one that is pulled: a piece is asked for when somebody wants it,
 * so that a slow reader slows its sender down.
 *
 * <p><b>Thread safety.</b> {@link #pull} may be called from any thread, one call at a time; all
 * else happens on the event loop.
 */
final class StreamPuller {
    private final ReadStream<Buffer> stream;
    private final EventLoop eventLoop;
    private final Duration timeLimit;
    private final Supplier<? extends Throwable> timeout;
    private @Nullable CompletableFuture<byte @Nullable []> pending;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable Throwable failure;
    private boolean ended;

    /**
     * Takes over a stream, on its event loop, before any of it has been delivered.
     *
     * @param timeLimit how long the sender may take for a piece that is waited for
     * @param timeout makes the failure of a sender that took longer
     */
    StreamPuller(
            ReadStream<Buffer> stream,
            EventLoop eventLoop,
            Duration timeLimit,
            Supplier<? extends Throwable> timeout) {
        this.stream = stream;
        this.eventLoop = eventLoop;
        this.timeLimit = timeLimit;
        this.timeout = timeout;
        stream.pause();
        stream.handler(this::received);
        stream.endHandler(nothing -> end());
        stream.exceptionHandler(this::fail);
    }

    /** The next piece, never empty; null at the end. */
    CompletionStage<byte @Nullable []> pull() {
        CompletableFuture<byte @Nullable []> result = new CompletableFuture<>();
        if (eventLoop.inEventLoop()) {
            pull(result);
        } else {
            eventLoop.execute(() -> pull(result));
        }
        return result;
    }

    /** Whether the stream's end has come. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the stream's end has been delivered, or its failure. */
    boolean isOver() {
        return ended || failure != null;
    }

    /** Ends the stream for its reader with a failure. */
    void fail(Throwable cause) {
        if (ended || failure != null) {
            return;
        }
        failure = cause;
        CompletableFuture<byte @Nullable []> waiting = take();
        if (waiting != null) {
            waiting.completeExceptionally(cause);
        }
    }

    private void pull(CompletableFuture<byte @Nullable []> result) {
        if (failure != null) {
            result.completeExceptionally(failure);
        } else if (ended) {
            result.complete(null);
        } else if (pending != null) {
            result.completeExceptionally(new IllegalStateException("a read is under way"));
        } else {
            pending = result;
            stream.fetch(1);
            if (!result.isDone()) {
                deadline =
                        eventLoop.schedule(
                                () -> fail(timeout.get()),
                                timeLimit.toMillis(),
                                TimeUnit.MILLISECONDS);
            }
        }
    }

    private void received(Buffer buffer) {
        if (buffer.length() == 0) {
            stream.fetch(1);
            return;
        }
        CompletableFuture<byte @Nullable []> waiting = take();
        if (waiting != null) {
            waiting.complete(buffer.getBytes());
        }
    }

    private void end() {
        if (failure != null) {
            return;
        }
        ended = true;
        CompletableFuture<byte @Nullable []> waiting = take();
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    private @Nullable CompletableFuture<byte @Nullable []> take() {
        CompletableFuture<byte @Nullable []> waiting = pending;
        pending = null;
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            deadline = null;
            timer.cancel(false);
        }
        return waiting;
    }
}
