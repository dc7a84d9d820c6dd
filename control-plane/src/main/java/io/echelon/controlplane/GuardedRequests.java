package io.echelon.controlplane;

import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one connection's HTTP and those who answer: tells its {@link ConnectionGuard} when
 * requests and answers begin and end, and answers requests whose head is not HTTP, is longer than
 * allowed or breaks {@link HeadRules} as the API answers others: with a code and what is wrong.
 * Nothing that comes after one of these is looked at.
 */
final class GuardedRequests extends ChannelDuplexHandler {
    private final ConnectionGuard guard;
    private boolean isRefused;

    GuardedRequests(ConnectionGuard guard) {
        this.guard = guard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isRefused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            String unclear =
                    request.decoderResult().isFailure() ? null : HeadRules.refusal(request);
            if (unclear != null) {
                request.setDecoderResult(
                        DecoderResult.failure(new IllegalArgumentException(unclear)));
            }
            if (request.decoderResult().isFailure() && guard.isBetweenRequests()) {
                isRefused = true;
                ReferenceCountUtil.release(message);
                refuse(context, request.decoderResult().cause(), unclear);
                return;
            }
            guard.begun();
        }
        if (message instanceof LastHttpContent) {
            guard.bodyEnded();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
        boolean isInterim =
                message instanceof HttpResponse response
                        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof LastHttpContent && !isInterim) {
            guard.answered();
        }
        var _ = context.write(message, written);
    }

    private static void refuse(
            ChannelHandlerContext context, @Nullable Throwable cause, @Nullable String unclear) {
        switch (cause) {
            case TooLongHttpLineException _ ->
                    refuse(
                            context,
                            ErrorCode.URI_TOO_LONG,
                            "The address is longer than the %,d bytes that are allowed"
                                    .formatted(Limits.URL_MAX_BYTES));
            case TooLongHttpHeaderException _ ->
                    refuse(
                            context,
                            ErrorCode.HEADERS_TOO_LARGE,
                            "The request's headers are larger than the %,d bytes that are allowed"
                                    .formatted(Limits.HEADERS_MAX_BYTES));
            case null, default ->
                    refuse(
                            context,
                            ErrorCode.INVALID_ARGUMENT,
                            unclear == null ? "The request is not valid HTTP" : unclear);
        }
    }

    private static void refuse(ChannelHandlerContext context, ErrorCode code, String message) {
        String id = RequestGate.newId();
        byte[] body = Json.bytes(ApiError.of(code, message, id));
        DefaultFullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(code.status()),
                        Unpooled.wrappedBuffer(body));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(RequestGate.REQUEST_ID, id);
        var _ = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }
}
