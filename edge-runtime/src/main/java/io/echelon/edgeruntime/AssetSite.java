package io.echelon.edgeruntime;

import io.echelon.tenants.Assets;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The files of a revision that are answered as they are, without an isolate. */
final class AssetSite {
    private static final Logger LOG = Logger.getLogger(AssetSite.class);
    private static final String INDEX = "index.html";
    private static final CharSequence REVALIDATE =
            HttpHeaders.createOptimized("public, max-age=0, must-revalidate");
    private static final CharSequence NOSNIFF_NAME =
            HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");

    /**
     * A file and what its answers say of it.
     *
     * @param etag with its quotes
     * @param bytes size
     */
    private record Asset(Path file, String etag, String contentType, long bytes) {}

    private final Map<String, Asset> assets = new HashMap<>();
    private final @Nullable Asset fallback;

    /**
     * @param files of the whole bundle; those below the folder of assets count
     * @param stored where the content of a hash lies on this node's disk
     */
    AssetSite(Assets settings, List<BundleFile> files, Function<String, Path> stored) {
        String prefix = settings.dir().isEmpty() ? "" : settings.dir() + "/";
        for (BundleFile file : files) {
            if (file.path().startsWith(prefix)) {
                String path = "/" + file.path().substring(prefix.length());
                assets.put(
                        path,
                        new Asset(
                                stored.apply(file.sha256()),
                                "\"" + file.sha256() + "\"",
                                ContentTypes.of(path),
                                file.bytes()));
            }
        }
        this.fallback = settings.spa() ? assets.get("/" + INDEX) : null;
    }

    /** Answers a request if a file is there for it. */
    boolean answer(Exchange exchange, RequestHead head) {
        Asset asset = find(exchange, head);
        if (asset == null) {
            return false;
        }
        send(exchange, asset);
        return true;
    }

    /** Whether a file is there for a request. */
    boolean has(Exchange exchange, RequestHead head) {
        return find(exchange, head) != null;
    }

    private @Nullable Asset find(Exchange exchange, RequestHead head) {
        HttpMethod method = exchange.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            return null;
        }
        Asset asset = find(head.target());
        return asset == null && fallback != null && isNavigation(exchange) ? fallback : asset;
    }

    private @Nullable Asset find(String target) {
        int end = target.indexOf('?');
        String path = end < 0 ? target : target.substring(0, end);
        if (path.indexOf('%') >= 0) {
            try {
                path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notEncoded) {
                return null;
            }
        }
        if (path.endsWith("/")) {
            return assets.get(path + INDEX);
        }
        Asset exact = assets.get(path);
        return exact != null ? exact : assets.get(path + "/" + INDEX);
    }

    private static boolean isNavigation(Exchange exchange) {
        String mode = exchange.request().getHeader("sec-fetch-mode");
        if (mode != null) {
            return mode.equals("navigate");
        }
        String accept = exchange.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("text/html");
    }

    private static void send(Exchange exchange, Asset asset) {
        HttpServerResponse response = exchange.request().response();
        MultiMap headers = response.headers();
        exchange.setOwnHeaders(Outcome.OK, 0, 0);
        headers.set(HttpHeaders.ETAG, asset.etag());
        headers.set(HttpHeaders.CACHE_CONTROL, REVALIDATE);
        headers.set(NOSNIFF_NAME, NOSNIFF);
        String known = exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && matches(known, asset.etag())) {
            response.setStatusCode(304);
            exchange.answeredWithFile(0);
            exchange.finish(null);
            return;
        }
        headers.set(HttpHeaders.CONTENT_TYPE, asset.contentType());
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        ByteRange range = ByteRange.parse(exchange.request().getHeader("range"), asset.bytes());
        if (!range.satisfiable()) {
            response.setStatusCode(416);
            headers.set(HttpHeaders.CONTENT_RANGE, "bytes */" + asset.bytes());
            exchange.answeredWithFile(0);
            exchange.finish(null);
            return;
        }
        if (range.length() != asset.bytes()) {
            response.setStatusCode(206);
            headers.set(HttpHeaders.CONTENT_RANGE, range.header(asset.bytes()));
        }
        headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(range.length()));
        boolean bodiless = exchange.request().method().equals(HttpMethod.HEAD);
        exchange.answeredWithFile(bodiless ? 0 : range.length());
        if (bodiless || range.length() == 0) {
            exchange.finish(null);
        } else {
            response.sendFile(asset.file().toString(), range.first(), range.length())
                    .onComplete(
                            sent -> {
                                if (sent.succeeded()) {
                                    exchange.settled();
                                } else {
                                    LOG.errorf(sent.cause(), "%s could not be sent", asset.file());
                                    exchange.failed();
                                }
                            });
        }
    }

    private static boolean matches(String ifNoneMatch, String etag) {
        if (ifNoneMatch.equals("*")) {
            return true;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String stripped = candidate.strip().toLowerCase(Locale.ROOT);
            if (stripped.equals(etag) || stripped.equals("w/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
