package io.echelon.edgeruntime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When more of a response may be written. Belongs to the connection's event loop. */
final class ResponseFlow {
    /** How long a caller may leave a response unread before it is broken off. */
    static final int UNREAD_SECONDS = 60;

    private final HttpServerResponse response;
    private final EventLoop eventLoop;
    private @Nullable CompletableFuture<Void> waiting;
    private @Nullable ScheduledFuture<?> unreadTimer;

    ResponseFlow(HttpServerResponse response, EventLoop eventLoop) {
        this.response = response;
        this.eventLoop = eventLoop;
    }

    /**
     * Completes a result when there is room for more.
     *
     * @param unread what is done when the caller has read nothing for too long
     */
    void whenRoom(CompletableFuture<Void> result, Runnable unread) {
        if (!response.writeQueueFull()) {
            result.complete(null);
            return;
        }
        waiting = result;
        unreadTimer = eventLoop.schedule(unread, UNREAD_SECONDS, TimeUnit.SECONDS);
        response.drainHandler(nothing -> stop(null));
        if (!response.writeQueueFull()) {
            stop(null);
        }
    }

    /** Ends what waits, with a failure if there is one. */
    void stop(@Nullable Throwable failure) {
        ScheduledFuture<?> timer = unreadTimer;
        if (timer != null) {
            timer.cancel(false);
            unreadTimer = null;
        }
        CompletableFuture<Void> result = waiting;
        waiting = null;
        if (result != null && failure == null) {
            result.complete(null);
        } else if (result != null) {
            result.completeExceptionally(failure);
        }
    }
}
