package io.echelon.edgeruntime;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import java.io.IOException;

/** Makes streams of request bodies. */
final class BodyStreams {
    private static final int TIMEOUT_SECONDS = 60;

    private BodyStreams() {}

    /** The body of a request; to be called on its event loop. */
    static PulledStream of(HttpServerRequest request) {
        EventLoop eventLoop = ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
        return new PulledStream(
                new StreamPuller(
                        request,
                        eventLoop,
                        TIMEOUT_SECONDS,
                        () -> new IOException("The body did not come")));
    }
}
