package io.echelon.controlplane;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.util.Map;

/**
 * Puts a {@link ConnectionGuard} in front of every connection that is accepted. Netty finds it as a
 * service, since Quarkus' own server has no place for one, and only when {@link #enable} was called
 * before the first server began.
 */
public final class GuardedConnections extends ChannelInitializerExtension {
    private static volatile ConnectionLimits limits = ConnectionLimits.of(Map.of());

    static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    /** Has other limits hold for connections from now on. */
    static void set(ConnectionLimits now) {
        limits = now;
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst("guard", new ConnectionGuard(channel, limits));
    }
}
