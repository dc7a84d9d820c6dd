package io.echelon.controlplane.console;

import io.echelon.controlplane.OpenToAll;
import io.echelon.controlplane.PageRequests;
import io.echelon.controlplane.ProviderSignIns;
import io.echelon.controlplane.ProviderSignIns.Step;
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
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Signing in through the outside provider: there, back, and as a member of which tenant. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class ProviderSignInResource {
    private final Pages pages;
    private final SignInPages signIn;
    private final ProviderSignIns provider;

    ProviderSignInResource(Pages pages, SignInPages signIn, ProviderSignIns provider) {
        this.pages = pages;
        this.signIn = signIn;
        this.provider = provider;
    }

    @GET
    @Path("/sign-in/provider")
    @Operation(hidden = true)
    @OpenToAll
    public Response leave(@RestQuery @Nullable String next, @Context RoutingContext context) {
        return answer(context, provider.begin(SignInPages.own(next), context));
    }

    @GET
    @Path(ProviderSignIns.CALLBACK)
    @Operation(hidden = true)
    @OpenToAll
    public Response comeBack(
            @RestQuery @Nullable String code,
            @RestQuery @Nullable String state,
            @RestQuery @Nullable String iss,
            @RestQuery @Nullable String error,
            @Context RoutingContext context) {
        HttpServerRequest request = context.request();
        return answer(
                context,
                provider.finish(
                        code,
                        state,
                        iss,
                        error,
                        PageRequests.cookie(request, PageRequests.SIGN_IN_COOKIE),
                        context));
    }

    @POST
    @Path("/sign-in/tenant")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    @OpenToAll
    public Response choose(@RestForm @Nullable String tenant, @Context RoutingContext context) {
        return answer(
                context,
                provider.choose(
                        tenant,
                        PageRequests.cookie(context.request(), PageRequests.SIGN_IN_COOKIE),
                        context));
    }

    private Response answer(RoutingContext context, Step step) {
        HttpServerRequest request = context.request();
        return switch (step) {
            case Step.Leave(URI to, String cookie) ->
                    Response.seeOther(to).cookie(SignInPages.away(request, cookie)).build();
            // A page that leads on, since a browser shows a strict cookie only from a page of here.
            case Step.Opened(String secret, String next) ->
                    Response.ok(pages.of("signed-in", Map.of("next", SignInPages.own(next))))
                            .cookie(SignInPages.session(request, secret), SignInPages.back(request))
                            .build();
            case Step.Choose(List<String> tenants, String cookie) ->
                    Response.ok(pages.of("choose-tenant", Map.of("tenants", tenants)))
                            .cookie(SignInPages.away(request, cookie))
                            .build();
            case Step.Refused(int status, String why) -> {
                Response refused = signIn.refused(status, why, null);
                yield Response.fromResponse(refused).cookie(SignInPages.back(request)).build();
            }
            case Step.TooMany(long seconds) -> signIn.tooMany(seconds, null);
        };
    }
}
