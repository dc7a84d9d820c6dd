package io.echelon.edgeruntime;

import io.netty.channel.Channel;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Vert.x's HTTP server with a {@link ConnectionGuard} in front of every connection. */
final class GuardedHttpServer extends HttpServerImpl {
    private final Supplier<ConnectionLimits> limits;
    private final OpenConnections open;

    /**
     * @param open where the guards of open connections stand
     */
    GuardedHttpServer(
            VertxInternal vertx,
            HttpServerOptions options,
            Supplier<ConnectionLimits> limits,
            OpenConnections open) {
        super(vertx, options);
        this.limits = limits;
        this.open = open;
    }

    @Override
    protected BiConsumer<Channel, SslChannelProvider> childHandler(
            ContextInternal context,
            SocketAddress address,
            GlobalTrafficShapingHandler trafficShaping) {
        BiConsumer<Channel, SslChannelProvider> connect =
                super.childHandler(context, address, trafficShaping);
        return (channel, tls) -> {
            connect.accept(channel, tls);
            channel.pipeline().addFirst("guard", new ConnectionGuard(channel, limits.get(), open));
        };
    }
}
