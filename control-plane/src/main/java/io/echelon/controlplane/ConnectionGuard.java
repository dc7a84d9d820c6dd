package io.echelon.controlplane;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches one connection of HTTP/1 for a caller who holds it without using it: a head or a body
 * that trickles in, or nothing at all. Such a connection is closed; see {@link ConnectionLimits}.
 * {@link GuardedRequests} tells what becomes of requests.
 *
 * <p>Thread safety: everything happens on the connection's event loop.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final String REQUESTS = "handler";

    private final Channel channel;
    private final ConnectionLimits limits;
    private long since = System.nanoTime();
    private long received;
    private int underWay;
    private boolean isHeadBegun = true;
    private boolean isBodyOpen;
    private boolean isPrepared;

    ConnectionGuard(Channel channel, ConnectionLimits limits) {
        this.channel = channel;
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var look =
                context.executor()
                        .scheduleAtFixedRate(this::closeIfOverdue, 1, 1, TimeUnit.SECONDS);
        var _ = channel.closeFuture().addListener(_ -> look.cancel(false));
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ChannelPipeline pipeline = channel.pipeline();
        if (!isPrepared && pipeline.get(REQUESTS) != null) {
            isPrepared = true;
            pipeline.addBefore(REQUESTS, "requests", new GuardedRequests(this));
        }
        if (underWay == 0 && !isHeadBegun) {
            isHeadBegun = true;
            begin();
        }
        received += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        context.fireChannelRead(message);
    }

    /** Says that a request's head is complete. */
    void begun() {
        underWay++;
        isBodyOpen = true;
        begin();
    }

    /** Says that the body of the newest request is complete. */
    void bodyEnded() {
        isBodyOpen = false;
    }

    /** Says that a request has been answered in full. */
    void answered() {
        underWay--;
        isHeadBegun = false;
        begin();
    }

    /** Whether no request is being answered. */
    boolean isBetweenRequests() {
        return underWay == 0;
    }

    private void begin() {
        since = System.nanoTime();
        received = 0;
    }

    private void closeIfOverdue() {
        if (underWay > 0 && !isBodyOpen) {
            return;
        }
        if (!channel.config().isAutoRead()) {
            begin(); // it is we who do not read
            return;
        }
        Duration limit =
                underWay > 0
                        ? limits.body().plusSeconds(received / ConnectionLimits.BYTES_PER_SECOND)
                        : isHeadBegun ? limits.head() : limits.idle();
        if (System.nanoTime() - since > limit.toNanos()) {
            var _ = channel.close();
        }
    }
}
