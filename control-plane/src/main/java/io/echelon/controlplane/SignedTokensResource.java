package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;

/** A short-lived token in exchange for what the caller shows. */
@Path("/api/v1/token")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class SignedTokensResource {
    private final SignedTokens tokens;
    private final TokenPace pace;

    SignedTokensResource(SignedTokens tokens, TokenPace pace) {
        this.pace = pace;
        this.tokens = tokens;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.PLATFORM_READ)
    public IdentityViews.SignedToken mint(
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    IdentityViews.SignedTokenRequest
                                                                            .class)))
                    InputStream body) {
        pace.require(context, null);
        return tokens.mint(
                JsonBody.read(body, IdentityViews.SignedTokenRequest.class),
                RightsGuard.caller(context),
                RightsGuard.credential(context));
    }
}
