package io.echelon.kvstore.connect;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * POST requests with their errors made the platform's own, and with repetition where it is safe. A
 * node that fails is left for the next.
 */
final class ConnectClient {
    /** Entries of a whole read at their largest, with what surrounds them. */
    private static final long ANSWER_MAX_BYTES = 72L * 1024 * 1024;

    private static final long FIRST_WAIT_MS = 20;
    private static final long LAST_WAIT_MS = 1_000;

    private final HttpClient http;
    private final RemoteOptions options;
    private final Hosts hosts;
    private final ScheduledExecutorService timer;
    private volatile boolean closed;

    /** When a request may be sent again. */
    enum Repeat {
        /** Whatever happened: it changes nothing. */
        ALWAYS,
        /** Only when the server has certainly not acted. */
        WHEN_NOT_DONE
    }

    ConnectClient(HttpClient http, RemoteOptions options, ScheduledExecutorService timer) {
        this.http = http;
        this.options = options;
        this.hosts = new Hosts(options.bases());
        this.timer = timer;
    }

    HttpClient http() {
        return http;
    }

    Hosts hosts() {
        return hosts;
    }

    void close() {
        closed = true;
    }

    /** Where on a node a request goes, given the node's address. */
    interface Place {
        URI at(URI host);
    }

    /** The body of the answer; a refusal, or no answer in time, is an {@link EchelonException}. */
    CompletableFuture<byte[]> post(
            Place place, Map<String, String> headers, byte[] body, Repeat repeat) {
        long deadline = System.nanoTime() + options.requestTimeout().toNanos();
        return attempt(
                host -> send(request(place.at(host), headers, body)),
                repeat,
                deadline,
                FIRST_WAIT_MS);
    }

    HttpRequest request(URI uri, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(options.attemptTimeout())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        return request.build();
    }

    private CompletableFuture<byte[]> attempt(
            Function<URI, CompletableFuture<byte[]>> call,
            Repeat repeat,
            long deadline,
            long waitMs) {
        if (closed) {
            return CompletableFuture.failedFuture(storeClosed());
        }
        URI host = hosts.now();
        return call.apply(host)
                .exceptionallyCompose(
                        failure -> {
                            if (isOfHost(failure)) {
                                hosts.leave(host);
                            }
                            long jitter = ThreadLocalRandom.current().nextLong(waitMs);
                            long wait = waitMs + jitter;
                            boolean isTime =
                                    deadline - System.nanoTime()
                                            > TimeUnit.MILLISECONDS.toNanos(wait);
                            if (isTime && !closed && mayRepeat(failure, repeat)) {
                                return later(wait)
                                        .thenCompose(
                                                _ ->
                                                        attempt(
                                                                call,
                                                                repeat,
                                                                deadline,
                                                                Math.min(
                                                                        2 * waitMs, LAST_WAIT_MS)));
                            }
                            return CompletableFuture.failedFuture(known(failure));
                        });
    }

    /** Whether another node might do what this one did not: it did not answer, or cannot now. */
    static boolean isOfHost(Throwable failure) {
        return !(cause(failure) instanceof EchelonException refusal)
                || refusal.code() == ErrorCode.UNAVAILABLE;
    }

    private CompletableFuture<byte[]> send(HttpRequest request) {
        return http.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES))
                .thenApply(
                        response -> {
                            if (response.statusCode() == 200) {
                                return response.body();
                            }
                            throw Wire.refusal(
                                    response.statusCode(),
                                    response.headers().firstValue(Wire.ERROR_HEADER),
                                    response.body());
                        });
    }

    private CompletableFuture<Void> later(long ms) {
        CompletableFuture<Void> elapsed = new CompletableFuture<>();
        try {
            var _ = timer.schedule(() -> elapsed.complete(null), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            elapsed.completeExceptionally(storeClosed());
        }
        return elapsed;
    }

    private static boolean mayRepeat(Throwable failure, Repeat repeat) {
        Throwable cause = cause(failure);
        if (cause instanceof EchelonException refusal) {
            // An answer that says so; a commit that may have been made is not answered with it.
            return refusal.code() == ErrorCode.OVERLOADED
                    || refusal.code() == ErrorCode.UNAVAILABLE;
        }
        return repeat == Repeat.ALWAYS
                || cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException;
    }

    /** The failure as the platform names it; what it is caused by stays inside. */
    EchelonException known(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof EchelonException refusal) {
            return refusal;
        }
        if (closed) {
            return storeClosed();
        }
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The store at %s did not answer; whether a commit was made is unknown"
                        .formatted(options.where()),
                cause);
    }

    static EchelonException storeClosed() {
        return new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed");
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
