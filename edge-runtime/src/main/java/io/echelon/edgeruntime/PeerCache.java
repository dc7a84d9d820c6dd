package io.echelon.edgeruntime;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.KvLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The entries on another node, by its {@link CacheRoutes}. */
final class PeerCache implements CachePlace {
    /** How long a cache may take to be quicker than what it stands for. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int OK = 200;
    private static final int DONE = 204;
    private static final int NOT_THERE = 404;

    private final Peer peer;

    PeerCache(Peer peer) {
        this.peer = peer;
    }

    @Override
    public CompletableFuture<@Nullable Found> find(CacheKey key) {
        return future(
                begin(HttpMethod.GET, CacheRoutes.path(key))
                        .compose(request -> Peer.send(request, null, PeerCache::found)));
    }

    private static Future<@Nullable Found> found(HttpClientResponse response) {
        if (response.statusCode() == NOT_THERE) {
            return Future.succeededFuture(null);
        }
        if (response.statusCode() != OK) {
            return Future.failedFuture("it answered with status " + response.statusCode());
        }
        int size = Integer.parseInt(response.getHeader("content-length"));
        if (size > KvLimits.CACHE_ENTRY_MAX_BYTES) {
            var _ = response.request().reset();
            return Future.failedFuture("an entry has %,d bytes".formatted(size));
        }
        response.pause();
        return Future.succeededFuture(new There(response, size));
    }

    private record There(HttpClientResponse response, int size) implements Found {
        @Override
        public CompletableFuture<byte @Nullable []> read() {
            Future<Buffer> body = response.body();
            response.resume();
            return future(body.map(Buffer::getBytes));
        }

        @Override
        public void leave() {
            var _ = response.request().reset();
        }
    }

    @Override
    public CompletableFuture<Void> put(CacheKey key, byte[] entry, @Nullable Instant expires) {
        return future(
                begin(HttpMethod.PUT, CacheRoutes.path(key))
                        .compose(
                                request -> {
                                    if (expires != null) {
                                        request.putHeader(
                                                CacheRoutes.EXPIRES,
                                                Long.toString(expires.toEpochMilli()));
                                    }
                                    return Peer.send(
                                            request, Buffer.buffer(entry), PeerCache::isDone);
                                })
                        .mapEmpty());
    }

    @Override
    public CompletableFuture<Boolean> delete(CacheKey key) {
        return ask(HttpMethod.DELETE, CacheRoutes.path(key));
    }

    @Override
    public CompletableFuture<Boolean> has(CacheName cache) {
        return ask(HttpMethod.GET, CacheRoutes.path(cache));
    }

    @Override
    public CompletableFuture<Boolean> delete(CacheName cache) {
        return ask(HttpMethod.DELETE, CacheRoutes.path(cache));
    }

    /** Has it drop everything. */
    CompletableFuture<Boolean> clear() {
        return ask(HttpMethod.DELETE, CacheRoutes.PATH);
    }

    private CompletableFuture<Boolean> ask(HttpMethod method, String path) {
        return future(
                begin(method, path)
                        .compose(request -> Peer.send(request, null, PeerCache::isDone)));
    }

    private static Future<Boolean> isDone(HttpClientResponse response) {
        int status = response.statusCode();
        return status == DONE || status == NOT_THERE
                ? Future.succeededFuture(status == DONE)
                : Future.failedFuture("it answered with status " + status);
    }

    private Future<HttpClientRequest> begin(HttpMethod method, String path) {
        RequestOptions options =
                peer.way()
                        .options(method, path)
                        .setConnectTimeout(PATIENCE.toMillis())
                        .setTimeout(PATIENCE.toMillis());
        return peer.way().client().request(options);
    }

    private static <T extends @Nullable Object> CompletableFuture<T> future(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture();
    }
}
