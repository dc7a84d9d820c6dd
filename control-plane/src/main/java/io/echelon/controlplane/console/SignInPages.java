package io.echelon.controlplane.console;

import io.echelon.controlplane.PageRequests;
import io.echelon.controlplane.ProviderSignIns;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page for signing in, and the cookies of those who do. */
@Singleton
final class SignInPages {
    /** A path of this console; never one that leads to another host. */
    private static final Pattern OWN_PATH = Pattern.compile("/(?![/\\\\])[!-\\[\\]-~]{0,1000}");

    private final Pages pages;
    private final ProviderSignIns provider;

    SignInPages(Pages pages, ProviderSignIns provider) {
        this.pages = pages;
        this.provider = provider;
    }

    String notice(String notice, @Nullable String next) {
        return page(notice, "", next);
    }

    Response refused(int status, String why, @Nullable String next) {
        return Response.status(status).entity(page("", why, next)).build();
    }

    Response tooMany(long seconds, @Nullable String next) {
        return Response.status(429)
                .header(HttpHeaders.RETRY_AFTER, seconds)
                .entity(
                        page(
                                "",
                                "Too many came from your address, or for this account. Try again in %d s."
                                        .formatted(seconds),
                                next))
                .build();
    }

    private String page(String notice, String problem, @Nullable String next) {
        String path = own(next);
        return pages.of(
                "sign-in",
                Map.of(
                        "notice", notice,
                        "problem", problem,
                        "next", path,
                        "leave",
                                "/sign-in/provider?next="
                                        + URLEncoder.encode(path, StandardCharsets.UTF_8),
                        "provider", provider.provider().orElse("")));
    }

    /** A path of this console: what was asked for if it is one, else its root. */
    static String own(@Nullable String next) {
        return next != null && OWN_PATH.matcher(next).matches() ? next : "/";
    }

    static NewCookie session(HttpServerRequest request, String secret) {
        return cookie(request, PageRequests.COOKIE, secret)
                .path("/")
                .sameSite(NewCookie.SameSite.STRICT)
                .build();
    }

    static NewCookie noSession(HttpServerRequest request) {
        return cookie(request, PageRequests.COOKIE, "")
                .path("/")
                .sameSite(NewCookie.SameSite.STRICT)
                .maxAge(0)
                .build();
    }

    /**
     * What a browser comes back with from the provider, which is another site: so the cookie is not
     * as strict as a session's, and no session.
     */
    static NewCookie away(HttpServerRequest request, String value) {
        return cookie(request, PageRequests.SIGN_IN_COOKIE, value)
                .path("/sign-in")
                .sameSite(NewCookie.SameSite.LAX)
                .maxAge((int) ProviderSignIns.AWAY.toSeconds())
                .build();
    }

    static NewCookie back(HttpServerRequest request) {
        return cookie(request, PageRequests.SIGN_IN_COOKIE, "")
                .path("/sign-in")
                .sameSite(NewCookie.SameSite.LAX)
                .maxAge(0)
                .build();
    }

    private static NewCookie.Builder cookie(HttpServerRequest request, String name, String value) {
        boolean isSecure =
                request.isSSL() || "https".equals(request.getHeader("x-forwarded-proto"));
        return new NewCookie.Builder(name).value(value).httpOnly(true).secure(isSecure);
    }
}
