package io.echelon.edgeruntime;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import java.io.IOException;
import java.time.Duration;

/** Makes streams of request bodies. */
final class BodyStreams {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

    private BodyStreams() {}

    /** The body of a request; to be called on its event loop. */
    static PulledStream of(HttpServerRequest request) {
        EventLoop eventLoop = ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
        return new PulledStream(
                new StreamPuller(
                        request,
                        eventLoop,
                        TIME_LIMIT,
                        () -> new IOException("The body did not come")));
    }
}
