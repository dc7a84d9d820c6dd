package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.EntryCache;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.TenantName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes put into this node's part of functions' caches and find there, on the internal
 * port: {@code /caches/TENANT/APP/CACHE/KEY}, without the key all of a cache, and {@code /caches/}
 * everything. A GET gives an entry, 204 for a cache that has any, or 404; PUT keeps one, until
 * {@link #EXPIRES} if that is there; DELETE removes, 204 what was there and 404 what was not.
 */
final class CacheRoutes {
    static final String PATH = "/caches/";

    /** When an entry is to be gone, in milliseconds since 1970. */
    static final String EXPIRES = "x-echelon-expires";

    private static final String OF_CACHE = PATH + ":tenant/:app/:cache";
    private static final String OF_ENTRY = OF_CACHE + "/:key";

    private final EntryCache entries;

    private CacheRoutes(EntryCache entries) {
        this.entries = entries;
    }

    static void mount(Router router, EntryCache entries) {
        CacheRoutes routes = new CacheRoutes(entries);
        router.get(OF_ENTRY).handler(routes::get);
        router.put(OF_ENTRY).handler(routes::put);
        router.delete(OF_ENTRY)
                .handler(context -> routes.tell(context, () -> entries.delete(key(context))));
        router.get(OF_CACHE)
                .handler(context -> routes.tell(context, () -> entries.has(cache(context))));
        router.delete(OF_CACHE)
                .handler(context -> routes.tell(context, () -> entries.delete(cache(context))));
        router.delete(PATH).handler(routes::clear);
    }

    /** Where a node is asked for a cache; its name is a hash. */
    static String path(CacheName cache) {
        return PATH + cache.tenant() + "/" + cache.app() + "/" + cache.name();
    }

    /** Where a node is asked for an entry; its key is a hash. */
    static String path(CacheKey key) {
        return path(key.cache()) + "/" + key.key();
    }

    private static CacheName cache(RoutingContext context) {
        return new CacheName(
                new TenantName(context.pathParam("tenant")),
                new AppName(context.pathParam("app")),
                hash(context, "cache"));
    }

    private static CacheKey key(RoutingContext context) {
        return new CacheKey(cache(context), hash(context, "key"));
    }

    private static String hash(RoutingContext context, String name) {
        String value = context.pathParam(name);
        if (!BlobHash.isHash(value)) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The %s of an entry must be a SHA-256".formatted(name));
        }
        return value;
    }

    private void get(RoutingContext context) {
        HttpServerRequest request = context.request();
        InternalAnswers.onThread(
                request,
                "caches",
                () -> {
                    EntryCache.Found found = entries.find(key(context));
                    byte @Nullable [] entry = found == null ? null : found.read();
                    if (entry == null) {
                        answer(request, false);
                    } else {
                        var _ = request.response().end(Buffer.buffer(entry));
                    }
                });
    }

    private void put(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "caches",
                () -> {
                    CacheKey key = key(context);
                    Instant expires = expires(request.getHeader(EXPIRES));
                    entries.put(key, body.readAtMost(KvLimits.CACHE_ENTRY_MAX_BYTES), expires);
                    answer(request, true);
                });
    }

    private static @Nullable Instant expires(@Nullable String header) {
        try {
            return header == null ? null : Instant.ofEpochMilli(Long.parseLong(header));
        } catch (NumberFormatException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, EXPIRES + " must be milliseconds since 1970", e);
        }
    }

    private interface Question {
        boolean ask();
    }

    private void tell(RoutingContext context, Question question) {
        HttpServerRequest request = context.request();
        InternalAnswers.onThread(request, "caches", () -> answer(request, question.ask()));
    }

    private void clear(RoutingContext context) {
        tell(
                context,
                () -> {
                    entries.clear();
                    return true;
                });
    }

    private static void answer(HttpServerRequest request, boolean isThere) {
        var _ = request.response().setStatusCode(isThere ? 204 : 404).end();
    }
}
