package io.echelon.controlplane;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the gate has to know of requests that browsers send for the console. */
public final class PageRequests {
    /** The cookie that has a session's secret. */
    public static final String COOKIE = "echelon_session";

    /** The cookie that has what a browser needs to finish a sign-in that it began. */
    public static final String SIGN_IN_COOKIE = "echelon_sign_in";

    static final String SIGN_IN = "/sign-in";
    static final String ASSETS = "/console/";

    /**
     * What pages may do: load the console's own files, and nothing else from anywhere. Scripts and
     * styles within pages do not run, and text does not become markup by a script's mistake.
     */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static final String MARK = "x-echelon-console";

    private PageRequests() {}

    /** Whether a request is of the console: it is neither of the API nor of operations. */
    static boolean isOfConsole(RoutingContext context) {
        String path = context.normalizedPath();
        return !path.equals("/api")
                && !path.startsWith("/api/")
                && !path.equals("/q")
                && !path.startsWith("/q/");
    }

    /** Whether a request is to be answered by a page. */
    static boolean isForPage(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return isOfConsole(context) && accept != null && accept.contains("text/html");
    }

    /** The session that a request shows; null when it shows none. */
    public static @Nullable String session(HttpServerRequest request) {
        return cookie(request, COOKIE);
    }

    /** What a request shows in a cookie; null when it has none of the name. */
    public static @Nullable String cookie(HttpServerRequest request, String name) {
        Cookie cookie = request.getCookie(name);
        return cookie == null ? null : cookie.getValue();
    }

    /**
     * Whether a request for which a cookie speaks was sent by a page of this console. Browsers send
     * cookies with what any page makes them send, so one of these has to show where it came from:
     * {@code Sec-Fetch-Site}, which no page can set; {@code Origin}, which none can either; or a
     * header of our own, which no page of another origin can send without asking first.
     */
    static boolean isFromConsole(HttpServerRequest request) {
        String site = request.getHeader("sec-fetch-site");
        if (site != null && !site.equals("same-origin")) {
            return false;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            String host = request.getHeader(HttpHeaders.HOST);
            return host != null
                    && (origin.equalsIgnoreCase("http://" + host)
                            || origin.equalsIgnoreCase("https://" + host));
        }
        return site != null || request.getHeader(MARK) != null;
    }

    /** Whether a request carries what signs in. */
    static boolean isSignIn(RoutingContext context) {
        return isOfSignIn(context) && context.request().method().equals(HttpMethod.POST);
    }

    /** Whether a request is for a page of signing in, which nobody is signed in for. */
    static boolean isOfSignIn(RoutingContext context) {
        String path = context.normalizedPath();
        return path.equals(SIGN_IN) || path.startsWith(SIGN_IN + "/");
    }

    /** Whether a request only looks, as following a link does. */
    static boolean isNavigation(RoutingContext context) {
        HttpMethod method = context.request().method();
        return isOfConsole(context)
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD));
    }

    /** Where to sign in, and then come back to what was asked for. */
    static String signIn(RoutingContext context) {
        HttpServerRequest request = context.request();
        String uri = request.uri();
        boolean isWorthIt =
                request.method().equals(HttpMethod.GET)
                        && uri.length() <= 1_000
                        && !uri.equals("/");
        return isWorthIt
                ? SIGN_IN + "?next=" + URLEncoder.encode(uri, StandardCharsets.UTF_8)
                : SIGN_IN;
    }
}
