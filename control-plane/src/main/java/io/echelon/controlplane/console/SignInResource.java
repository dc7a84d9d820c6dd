package io.echelon.controlplane.console;

import io.echelon.controlplane.OpenToAll;
import io.echelon.controlplane.PageRequests;
import io.echelon.controlplane.SignIns;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Signing in by a token, and out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class SignInResource {
    private final SignInPages pages;
    private final SignIns signIns;

    SignInResource(SignInPages pages, SignIns signIns) {
        this.pages = pages;
        this.signIns = signIns;
    }

    @GET
    @Path("/sign-in")
    @Operation(hidden = true)
    @OpenToAll
    public String page(@RestQuery @Nullable String next, @RestQuery @Nullable String why) {
        return pages.notice(
                switch (why == null ? "" : why) {
                    case "out" -> "You are signed out.";
                    case "expired" -> "Your session ended. Sign in to go on.";
                    default -> "";
                },
                next);
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
        return switch (signIns.signIn(token == null ? "" : token, context)) {
            case SignIns.SignIn.Opened(String secret) ->
                    Response.seeOther(URI.create(SignInPages.own(next)))
                            .cookie(SignInPages.session(request, secret))
                            .build();
            case SignIns.SignIn.Refused(String why) -> pages.refused(401, why, next);
            case SignIns.SignIn.TooMany(long seconds) -> pages.tooMany(seconds, next);
        };
    }

    @POST
    @Path("/sign-out")
    @Operation(hidden = true)
    @OpenToAll
    public Response signOut(@Context RoutingContext context) {
        String secret = PageRequests.session(context.request());
        if (secret != null) {
            signIns.signOut(secret, context);
        }
        return Response.seeOther(URI.create("/sign-in?why=out"))
                .cookie(SignInPages.noSession(context.request()))
                .build();
    }
}
