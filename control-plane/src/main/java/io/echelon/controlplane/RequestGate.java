package io.echelon.controlplane;

import io.echelon.controlplane.SignInTrail.Door;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Right;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The first and the last that a request meets. Before any route: it gets an id and the headers that
 * every answer has, shows whose it is unless its path is one of the few open ones, and is measured
 * against the limits; what the caller may do is for {@link RightsFilter} and the routes beside it.
 * After all routes: what none of them took is not found.
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
                    "/api/v1/openapi",
                    JoinResource.PATH,
                    JwksResource.PATH,
                    "/q/health",
                    "/q/health/live",
                    "/q/health/ready",
                    "/q/health/started");

    private static final String API = "/api/v1/";
    private static final String NO_POLICY = "default-src 'none'; frame-ancestors 'none'";

    private final Identities identities;
    private final Sessions sessions;
    private final ErrorPage errorPage;
    private final SignInTrail trail;

    RequestGate(Identities identities, Sessions sessions, ErrorPage errorPage, SignInTrail trail) {
        this.identities = identities;
        this.sessions = sessions;
        this.errorPage = errorPage;
        this.trail = trail;
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

    static String newId() {
        byte[] random = new byte[REQUEST_ID_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private void enter(RoutingContext context) {
        String id = newId();
        context.put(REQUEST_ID, id);
        MultiMap headers = context.response().headers();
        headers.set(REQUEST_ID, id);
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-frame-options", "DENY");
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        boolean isForPage = PageRequests.isForPage(context);
        headers.set("content-security-policy", isForPage ? PageRequests.POLICY : NO_POLICY);
        // A form's Origin is "null" under no-referrer, and the console looks at it.
        headers.set("referrer-policy", isForPage ? "same-origin" : "no-referrer");
        if (isForPage) {
            context.put(ErrorPage.KEY, errorPage);
        }

        if (PageRequests.isSignIn(context) && !PageRequests.isFromConsole(context.request())) {
            refuseForged(context);
            return;
        }
        if (isOpen(context)) {
            admit(context);
            return;
        }
        identify(context);
    }

    private static boolean isOpen(RoutingContext context) {
        String path = context.normalizedPath();
        return OPEN.contains(path)
                || path.startsWith(PageRequests.ASSETS)
                || PageRequests.isOfSignIn(context)
                || (path.equals("/") && !PageRequests.isForPage(context));
    }

    /** Who is asking, by a token or else by the session that a browser has. */
    private CompletableFuture<Identification> identification(HttpServerRequest request) {
        List<String> authorizations = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        String session = PageRequests.session(request);
        return authorizations.isEmpty() && session != null
                ? sessions.identify(session)
                : identities.identify(authorizations, WrongTokens.source(request.remoteAddress()));
    }

    /** Looks who is asking; the body waits, since the store may have to be asked. */
    private void identify(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean isByCookie =
                !request.headers().contains(HttpHeaders.AUTHORIZATION)
                        && PageRequests.session(request) != null;
        if (isByCookie
                && !PageRequests.isNavigation(context)
                && !PageRequests.isFromConsole(request)) {
            refuseForged(context);
            return;
        }
        CompletableFuture<Identification> identification = identification(request);
        if (identification.isDone() && !identification.isCompletedExceptionally()) {
            identified(context, identification.join());
            return;
        }
        request.pause();
        Context eventLoop = context.vertx().getOrCreateContext();
        var _ =
                identification.whenComplete(
                        (result, failure) ->
                                eventLoop.runOnContext(
                                        _ -> {
                                            request.resume();
                                            if (failure == null) {
                                                identified(context, result);
                                            } else {
                                                unavailable(context, failure);
                                            }
                                        }));
    }

    private void identified(RoutingContext context, Identification identification) {
        switch (identification) {
            case Identification.Known known -> {
                if (!known.caller().rights().contains(Right.PLATFORM_OPERATE)
                        && !context.normalizedPath().startsWith(API)
                        && !PageRequests.isForPage(context)) {
                    Refusal.send(
                            context,
                            ErrorCode.PERMISSION_DENIED,
                            "Only the platform's operator sees what lies outside of " + API);
                    return;
                }
                RightsGuard.admit(context, known);
                admit(context);
            }
            case Identification.Unknown() -> {
                noteRefusal(context, Refused.WRONG_TOKEN);
                refuse(
                        context,
                        "This needs a token that is valid: send the header Authorization: Bearer TOKEN. `edge up` prints the operator's, an admin makes members' and services'; the CLI sends it from ECHELON_TOKEN");
            }
            case Identification.Expired(Instant at, Identification.Holder holder) -> {
                noteExpired(context, holder);
                refuse(
                        context,
                        "This token expired at %s; an admin makes a new one with `edge tokens create`, the operator's is the one that `edge up` prints, and a short-lived one is got anew by POST /api/v1/token"
                                .formatted(at));
            }
            case Identification.TooMany() -> {
                noteRefusal(context, Refused.TOO_OFTEN);
                context.response().putHeader("retry-after", "1");
                Refusal.send(
                        context,
                        ErrorCode.OVER_QUOTA,
                        "More than %d wrong tokens came from this address; one a second is listened to from now on"
                                .formatted(WrongTokens.BURST));
            }
        }
    }

    /** Has the audit count a token that opens nothing; that none was shown is no refusal. */
    private void noteRefusal(RoutingContext context, Refused reason) {
        List<String> shown = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (!shown.isEmpty()) {
            String account = Identities.bearer(shown).map(SignInTrail::account).orElse(null);
            trail.refused(Door.API, reason, account, context);
        }
    }

    /** The same for one that expired; that short-lived ones do is what they are for. */
    private void noteExpired(RoutingContext context, Identification.@Nullable Holder holder) {
        if (holder != null && context.request().headers().contains(HttpHeaders.AUTHORIZATION)) {
            trail.refusedHolder(Door.API, Refused.EXPIRED_TOKEN, holder, context);
        }
    }

    private static void refuseForged(RoutingContext context) {
        Refusal.send(
                context,
                ErrorCode.PERMISSION_DENIED,
                "A browser's session counts only for what pages of the console send; open the console and try it there. Programs send a token");
    }

    private static void refuse(RoutingContext context, String message) {
        if (PageRequests.isForPage(context)) {
            context.request().resume();
            context.response()
                    .setStatusCode(303)
                    .putHeader(HttpHeaders.LOCATION, PageRequests.signIn(context))
                    .end();
            return;
        }
        context.response().putHeader("www-authenticate", "Bearer realm=\"echelon\"");
        Refusal.send(context, ErrorCode.UNAUTHENTICATED, message);
    }

    private static void unavailable(RoutingContext context, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        LOG.warnf(cause, "Request %s: its token could not be looked up", requestId(context));
        Refusal.send(
                context,
                ErrorCode.UNAVAILABLE,
                "The store does not answer, so nobody but the operator can be recognized; try again");
    }

    private static void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
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
