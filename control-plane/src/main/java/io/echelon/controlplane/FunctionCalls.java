package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions on behalf of who tries them: by a node that is alive, as any caller of their
 * public addresses does, and nothing else. Redirects are shown and not followed.
 */
@Singleton
final class FunctionCalls {
    static final int BODY_MAX_BYTES = 1024 * 1024;
    static final int HEADERS_MAX = 100;
    static final int SECONDS_MAX = 60;

    private static final int CONNECT_MS_MAX = 3_000;
    private static final int CONNECTIONS_MAX = 64;
    private static final int HEAD_MAX_BYTES = 64 * 1024;
    private static final String TRACE = "traceparent";

    /** Headers that say how a message is sent, which the client does itself. */
    private static final Set<String> ITS_OWN =
            Set.of(
                    "host",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "upgrade",
                    "te",
                    "trailer",
                    "expect");

    private final HttpClient client;

    FunctionCalls(Vertx vertx) {
        this.client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setConnectTimeout(CONNECT_MS_MAX)
                                .setMaxPoolSize(CONNECTIONS_MAX)
                                .setMaxHeaderSize(HEAD_MAX_BYTES)
                                .setDecompressionSupported(true));
    }

    /**
     * Calls an address of an app by a node; blocks.
     *
     * @param address as {@link Addresses} has it
     */
    CallViews.Answer call(NodeRecord node, URI address, CallViews.Request request) {
        Exchange exchange = new Exchange(System.nanoTime());
        Future<CallViews.Answer> answer =
                client.request(options(node, address, request))
                        .compose(sent -> exchange.send(sent, body(request)))
                        .map(head -> exchange.answer(address, request, head));
        try {
            return answer.toCompletionStage()
                    .toCompletableFuture()
                    .get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            exchange.giveUp();
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    e instanceof TimeoutException
                            ? "The function did not end its answer within %d seconds; what lasts longer is to be called directly"
                                    .formatted(SECONDS_MAX)
                            : "Node \"%s\" gave no answer; try again".formatted(node.id()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.giveUp();
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The control plane is shutting down; try again", e);
        }
    }

    private static RequestOptions options(NodeRecord node, URI address, CallViews.Request request) {
        RequestOptions options = new RequestOptions();
        String path = request.path() == null ? "/" : request.path();
        try {
            options.setServer(
                            SocketAddress.inetSocketAddress(
                                    node.http().getPort(), node.http().getHost()))
                    .setHost(address.getHost())
                    .setPort(node.http().getPort())
                    .setMethod(HttpMethod.valueOf(method(request)))
                    .setURI(URI.create(path.startsWith("/") ? path : "/" + path).toASCIIString());
        } catch (IllegalArgumentException e) {
            throw refuse("The method or the path is none of HTTP; percent-encode the path", e);
        }
        List<CallViews.Header> headers = request.headers() == null ? List.of() : request.headers();
        if (headers.size() > HEADERS_MAX) {
            throw refuse(
                    "%d headers are too many; at most %d can be sent"
                            .formatted(headers.size(), HEADERS_MAX),
                    null);
        }
        for (CallViews.Header header : headers) {
            if (ITS_OWN.contains(header.name().toLowerCase(Locale.ROOT))) {
                throw refuse(
                        "The header %s is set by the client itself".formatted(header.name()), null);
            }
            try {
                options.addHeader(header.name(), header.value());
            } catch (IllegalArgumentException e) {
                throw refuse("A header has characters that cannot be sent", e);
            }
        }
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase(TRACE))) {
            options.addHeader(TRACE, newTrace());
        }
        return options;
    }

    /** A trace that begins with the call, and that the node is asked to record. */
    private static String newTrace() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "00-%016x%016x-%016x-01"
                .formatted(random.nextLong(), random.nextLong(), random.nextLong() | 1);
    }

    private static String method(CallViews.Request request) {
        String method = request.method() == null ? "GET" : request.method();
        if (!method.matches("[A-Z]{1,20}") || method.equals("CONNECT")) {
            throw refuse("The method must be one such as GET or POST", null);
        }
        return method;
    }

    private static @Nullable Buffer body(CallViews.Request request) {
        return request.body() == null ? null : Buffer.buffer(request.body());
    }

    private static EchelonException refuse(String message, @Nullable Throwable cause) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }

    /** One request and its response, on the client's event loop but for its end. */
    private static final class Exchange {
        private final long begin;
        private final Buffer read = Buffer.buffer();
        private volatile @Nullable HttpClientRequest sent;
        private boolean isCut;
        private double headMs;
        private double totalMs;

        Exchange(long begin) {
            this.begin = begin;
        }

        Future<HttpClientResponse> send(HttpClientRequest request, @Nullable Buffer body) {
            sent = request;
            Future<HttpClientResponse> answered =
                    request.response() // before it is sent, or what comes at once is missed
                            .compose(
                                    response -> {
                                        headMs = elapsed();
                                        return read(response);
                                    });
            var _ = body == null ? request.end() : request.end(body);
            return answered;
        }

        private Future<HttpClientResponse> read(HttpClientResponse response) {
            Promise<HttpClientResponse> done = Promise.promise();
            response.exceptionHandler(done::tryFail);
            response.endHandler(_ -> done.tryComplete(response));
            response.handler(
                    chunk -> {
                        int room = BODY_MAX_BYTES - read.length();
                        read.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
                        if (chunk.length() > room) {
                            isCut = true;
                            done.tryComplete(response);
                            giveUp();
                        }
                    });
            return done.future().onComplete(_ -> totalMs = elapsed());
        }

        CallViews.Answer answer(
                URI address, CallViews.Request request, HttpClientResponse response) {
            byte[] bytes = read.getBytes();
            String text = text(bytes);
            String path = request.path() == null ? "/" : request.path();
            return new CallViews.Answer(
                    address + (path.startsWith("/") ? path : "/" + path),
                    response.statusCode(),
                    response.headers().entries().stream()
                            .map(entry -> new CallViews.Header(entry.getKey(), entry.getValue()))
                            .toList(),
                    text,
                    text == null ? Base64.getEncoder().encodeToString(bytes) : null,
                    bytes.length,
                    isCut,
                    headMs,
                    totalMs);
        }

        void giveUp() {
            HttpClientRequest request = sent;
            if (request != null) {
                request.reset();
            }
        }

        /** As text; null when it is none. A character that the cut went through is left out. */
        private @Nullable String text(byte[] bytes) {
            int most = isCut ? Math.min(3, bytes.length) : 0;
            return IntStream.rangeClosed(0, most)
                    .mapToObj(left -> decoded(ByteBuffer.wrap(bytes, 0, bytes.length - left)))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        private static @Nullable String decoded(ByteBuffer bytes) {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }

        private double elapsed() {
            return (System.nanoTime() - begin) / 1e6;
        }
    }
}
