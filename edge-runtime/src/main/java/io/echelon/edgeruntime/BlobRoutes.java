package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Blobs on the internal port: {@code /blobs/{sha256}} and {@code /blobs/missing} the platform's,
 * {@code /copies/…} those that lie on this node.
 */
final class BlobRoutes {
    private static final int MISSING_MAX_BYTES = 2 * 1024 * 1024;

    private final BlobStore blobs;

    private BlobRoutes(BlobStore blobs) {
        this.blobs = blobs;
    }

    static void mount(Router router, NodeStore store) {
        mount(router, "/blobs/", store.blobs());
        mount(router, "/copies/", store.copies());
    }

    private static void mount(Router router, String path, BlobStore blobs) {
        BlobRoutes routes = new BlobRoutes(blobs);
        router.post(path + "missing").handler(routes::missing);
        router.put(path + ":sha256").handler(routes::put);
        router.delete(path + ":sha256").handler(routes::delete);
        router.route(HttpMethod.HEAD, path + ":sha256").handler(routes::head);
        router.get(path + ":sha256").handler(routes::get);
    }

    /** What is asked about. */
    record Hashes(List<String> sha256) {}

    private void missing(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "blobs",
                () -> {
                    Hashes hashes;
                    try {
                        hashes = Json.read(body.readAtMost(MISSING_MAX_BYTES), Hashes.class);
                    } catch (IllegalArgumentException e) {
                        throw new EchelonException(
                                ErrorCode.INVALID_ARGUMENT, "The body must be {\"sha256\":[…]}", e);
                    }
                    InternalAnswers.json(
                            request, Json.bytes(Map.of("missing", blobs.missing(hashes.sha256()))));
                });
    }

    private void put(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        String sha256 = context.pathParam("sha256");
        InternalAnswers.onThread(
                request,
                "blobs",
                () -> {
                    blobs.put(sha256, body);
                    request.response().setStatusCode(204).end();
                });
    }

    private void delete(RoutingContext context) {
        HttpServerRequest request = context.request();
        String sha256 = context.pathParam("sha256");
        InternalAnswers.onThread(
                request,
                "blobs",
                () -> {
                    blobs.delete(sha256);
                    request.response().setStatusCode(204).end();
                });
    }

    private void head(RoutingContext context) {
        HttpServerRequest request = context.request();
        String sha256 = context.pathParam("sha256");
        InternalAnswers.onThread(
                request,
                "blobs",
                () -> {
                    OptionalLong size = blobs.size(sha256);
                    if (size.isPresent()) {
                        request.response()
                                .putHeader("content-length", Long.toString(size.getAsLong()));
                    } else {
                        request.response().setStatusCode(404);
                    }
                    request.response().end();
                });
    }

    private void get(RoutingContext context) {
        HttpServerRequest request = context.request();
        String sha256 = context.pathParam("sha256");
        InternalAnswers.onThread(
                request,
                "blobs",
                () -> {
                    long size =
                            blobs.size(sha256)
                                    .orElseThrow(
                                            () ->
                                                    new EchelonException(
                                                            ErrorCode.NOT_FOUND,
                                                            "There is no blob " + sha256));
                    try (InputStream content = blobs.open(sha256)) {
                        request.response()
                                .putHeader("content-type", "application/octet-stream")
                                .putHeader("content-length", Long.toString(size));
                        InternalAnswers.copy(content, request);
                    }
                });
    }
}
