package io.echelon.controlplane.console;

import io.echelon.controlplane.OpenToAll;
import io.echelon.controlplane.PageRequests;
import io.echelon.controlplane.Sessions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Signing in by a token, and out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class SignInResource {
    /** A path of this console; never one that leads to another host. */
    private static final Pattern OWN_PATH = Pattern.compile("/(?![/\\\\])[!-\\[\\]-~]{0,1000}");

    private final Pages pages;
    private final Sessions sessions;

    SignInResource(Pages pages, Sessions sessions) {
        this.pages = pages;
        this.sessions = sessions;
    }

    @GET
    @Path("/sign-in")
    @Operation(hidden = true)
    @OpenToAll
    public String page(@RestQuery @Nullable String next, @RestQuery @Nullable String why) {
        String notice =
                why == null
                        ? ""
                        : switch (why) {
                            case "out" -> "You are signed out.";
                            case "expired" -> "Your session ended. Sign in to go on.";
                            default -> "";
                        };
        return page(notice, "", next);
    }

    @POST
    @Path("/sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    @OpenToAll
    public Response signIn(
            @RestForm @Nullable String token,
            @RestForm @Nullable String next,
            @Context RoutingContext context) {
        HttpServerRequest request = context.request();
        return switch (sessions.signIn(token == null ? "" : token, request.remoteAddress())) {
            case Sessions.SignIn.Opened(String secret) ->
                    Response.seeOther(URI.create(own(next)))
                            .cookie(cookie(request, secret, NewCookie.DEFAULT_MAX_AGE))
                            .build();
            case Sessions.SignIn.Refused(String why) ->
                    Response.status(401).entity(page("", why, next)).build();
            case Sessions.SignIn.TooMany() ->
                    Response.status(429)
                            .header(HttpHeaders.RETRY_AFTER, "1")
                            .entity(
                                    page(
                                            "",
                                            "Too many wrong tokens came from your address. Wait a second and try again.",
                                            next))
                            .build();
        };
    }

    @POST
    @Path("/sign-out")
    @Operation(hidden = true)
    @OpenToAll
    public Response signOut(@Context RoutingContext context) {
        String secret = PageRequests.session(context.request());
        if (secret != null) {
            sessions.end(secret);
        }
        return Response.seeOther(URI.create("/sign-in?why=out"))
                .cookie(cookie(context.request(), "", 0))
                .build();
    }

    private String page(String notice, String problem, @Nullable String next) {
        return pages.of("sign-in", Map.of("notice", notice, "problem", problem, "next", own(next)));
    }

    private static String own(@Nullable String next) {
        return next != null && OWN_PATH.matcher(next).matches() ? next : "/";
    }

    private static NewCookie cookie(HttpServerRequest request, String secret, int maxAge) {
        boolean isSecure =
                request.isSSL() || "https".equals(request.getHeader("x-forwarded-proto"));
        return new NewCookie.Builder(PageRequests.COOKIE)
                .value(secret)
                .path("/")
                .httpOnly(true)
                .secure(isSecure)
                .sameSite(NewCookie.SameSite.STRICT)
                .maxAge(maxAge)
                .build();
    }
}
