package io.echelon.edgeruntime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches one public connection for callers that hold it without using it: a head that trickles in,
 * or nothing at all.
 *
 * <p>While a request is under way there is no deadline here; its body and its response have their
 * own. Otherwise the connection has {@link ConnectionLimits#idle} until the next request begins,
 * and once the first byte of one has come over HTTP/1, {@link ConnectionLimits#head} until its head
 * is complete.
 *
 * <p><b>Thread safety.</b> Everything happens on the connection's event loop.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter implements CallerConnection {
    private static final long DRAIN_SECONDS = 30;
    private static final int ANSWERS_TOGETHER = 64;

    private static final AttributeKey<ConnectionGuard> KEY =
            AttributeKey.valueOf(ConnectionGuard.class, "guard");

    private final Channel channel;
    private final ConnectionLimits limits;
    private final String remoteHost;
    private int underWay;
    private boolean headBegun;
    private boolean ending;
    private @Nullable HttpConnection multiplexed;
    private long deadline;
    private long idleSince = System.nanoTime();

    /**
     * @param open where the guard stands while its connection is open
     */
    ConnectionGuard(Channel channel, ConnectionLimits limits, OpenConnections open) {
        this.channel = channel;
        this.limits = limits;
        this.remoteHost = hostOf(channel.remoteAddress());
        this.deadline = after(limits.head());
        channel.attr(KEY).set(this);
        open.add(this);
        var _ = channel.closeFuture().addListener(closed -> open.remove(this));
    }

    static ConnectionGuard of(HttpServerRequest request) {
        return of(request.connection());
    }

    static ConnectionGuard of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel().attr(KEY).get();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (underWay == 0 && !headBegun && multiplexed == null) {
            headBegun = true;
            deadline = after(limits.head());
        }
        context.fireChannelRead(message);
    }

    @Override
    public Duration bodyLimit() {
        return limits.body();
    }

    /** The caller's address, for logs and {@code x-forwarded-for}. */
    String remoteHost() {
        return remoteHost;
    }

    /**
     * Says that bytes may belong to several requests at once, of HTTP/2; answers that are ready at
     * the same time go out together then.
     */
    void multiplexed(HttpConnection connection) {
        channel.pipeline()
                .addFirst("flushes", new FlushConsolidationHandler(ANSWERS_TOGETHER, true));
        multiplexed = connection;
        headBegun = false;
        deadline = after(limits.idle());
    }

    @Override
    public void begun() {
        underWay++;
        headBegun = false;
    }

    @Override
    public void ended() {
        underWay--;
        if (underWay == 0) {
            idleSince = System.nanoTime();
            deadline = after(limits.idle());
        }
    }

    /**
     * Accepts no more of the port's connections, and ends this one: at once when it is idle, else
     * with what is under way.
     *
     * @return done once no more are accepted
     */
    Future<Void> drain() {
        Promise<Void> deaf = Promise.promise();
        Channel port = channel.parent();
        if (port == null) {
            deaf.complete();
        } else {
            var _ = port.close().addListener(closed -> deaf.complete());
        }
        HttpConnection http2 = multiplexed;
        if (http2 != null) {
            http2.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
        } else if (underWay == 0) {
            close();
        }
        return deaf.future();
    }

    @Override
    public void endAfterThis() {
        ending = true;
    }

    /** Whether what comes now is behind the last request. */
    boolean isEnding() {
        return ending;
    }

    /**
     * Whether a caller has more streams of HTTP/2 than it may, whatever it makes of the setting.
     */
    boolean hasAllStreams() {
        return multiplexed != null && underWay >= PublicServer.HTTP2_STREAMS_MAX;
    }

    /** Whether no request is under way. */
    boolean isIdle() {
        return underWay == 0;
    }

    /** For how long no request has been under way, whatever has come of the next one. */
    long idleNanos() {
        return System.nanoTime() - idleSince;
    }

    void close() {
        var _ = channel.close();
    }

    /** Closes the connection when its deadline has passed. */
    void closeIfOverdue(long nowNanos) {
        if (underWay == 0 && nowNanos - deadline > 0) {
            close();
        }
    }

    private static long after(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private static String hostOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "unknown";
    }
}
