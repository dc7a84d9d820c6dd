package io.echelon.controlplane;

import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The first and the last that a request meets. Before any route: it gets an id and the headers that
 * every answer has, shows the owner token unless its path is one of the few open ones, and is
 * measured against the limits. After all routes: what none of them took is not found.
 */
@ApplicationScoped
final class RequestGate {
    static final long JSON_MAX_BYTES = 8L * 1024 * 1024;
    static final String REQUEST_ID = "x-request-id";

    private static final Logger LOG = Logger.getLogger(RequestGate.class);
    private static final int PRIORITY = 1_000;
    private static final int REQUEST_ID_BYTES = 12;
    private static final Pattern BLOB = Pattern.compile("/api/v1/tenants/[^/]*/blobs/[^/]*");
    private static final Set<String> OPEN =
            Set.of(
                    "/",
                    "/api/v1/openapi",
                    "/q/health",
                    "/q/health/live",
                    "/q/health/ready",
                    "/q/health/started");

    private final OwnerToken token;

    RequestGate(OwnerToken token) {
        this.token = token;
    }

    void install(@Observes Filters filters) {
        filters.register(this::enter, PRIORITY);
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE).handler(RequestGate::unmatched);
        router.route().order(-PRIORITY - 1).failureHandler(RequestGate::failed);
    }

    /** The id of the request that a context belongs to. */
    static String requestId(RoutingContext context) {
        String id = context.get(REQUEST_ID);
        return id == null ? "" : id;
    }

    private void enter(RoutingContext context) {
        byte[] random = new byte[REQUEST_ID_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        context.put(REQUEST_ID, id);
        MultiMap headers = context.response().headers();
        headers.set(REQUEST_ID, id);
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-frame-options", "DENY");
        headers.set("referrer-policy", "no-referrer");
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");

        HttpServerRequest request = context.request();
        if (!OPEN.contains(context.normalizedPath())
                && !token.opens(request.headers().getAll(HttpHeaders.AUTHORIZATION))) {
            headers.set("www-authenticate", "Bearer realm=\"echelon\"");
            Refusal.send(
                    context,
                    ErrorCode.UNAUTHENTICATED,
                    "This needs the owner token: send the header Authorization: Bearer TOKEN. `edge up` prints the token, and the CLI sends it from ECHELON_TOKEN");
            return;
        }
        boolean blob =
                request.method().equals(HttpMethod.PUT)
                        && BLOB.matcher(context.normalizedPath()).matches();
        long limit = blob ? Limits.BUNDLE_MAX_BYTES : JSON_MAX_BYTES;
        long length = contentLength(request);
        if (length > limit) {
            Refusal.send(
                    context,
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The body is %,d bytes; at most %,d are allowed here".formatted(length, limit));
            return;
        }
        context.next();
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static void unmatched(RoutingContext context) {
        Refusal.send(
                context,
                ErrorCode.NOT_FOUND,
                "There is nothing at this path; the API is described at /api/v1/openapi");
    }

    private static void failed(RoutingContext context) {
        int status = context.statusCode();
        if (status >= 400 && status < 500 && context.failure() == null) {
            Refusal.send(context, ErrorAnswers.codeFor(status), "The request could not be read");
            return;
        }
        LOG.errorf(context.failure(), "Request %s failed", requestId(context));
        Refusal.send(context, ErrorCode.INTERNAL, ErrorAnswers.INTERNAL_MESSAGE);
    }
}
