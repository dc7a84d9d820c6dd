package io.echelon.controlplane;

import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The tokens by which a tenant's members and services sign in. */
@Path("/api/v1/tenants/{tenant}/tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AccessTokensResource {
    private final AccessTokenService tokens;
    private final TokenPace pace;
    private final Change change;

    AccessTokensResource(AccessTokenService tokens, TokenPace pace, Change change) {
        this.pace = pace;
        this.tokens = tokens;
        this.change = change;
    }

    @GET
    @Needs(Right.TOKENS_WRITE)
    public IdentityViews.Tokens list(
            @RestPath String tenant,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        Part<IdentityViews.Token> part =
                Part.of(
                        tokens.list(new TenantName(tenant)),
                        IdentityViews.Token::id,
                        limit,
                        cursor);
        return new IdentityViews.Tokens(part.items(), part.cursor());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.TOKENS_WRITE)
    public IdentityViews.NewToken create(
            @RestPath String tenant,
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    IdentityViews.TokenRequest
                                                                            .class)))
                    InputStream body) {
        pace.require(context, new TenantName(tenant));
        IdentityViews.TokenRequest request = JsonBody.read(body, IdentityViews.TokenRequest.class);
        IdentityViews.NewToken token =
                tokens.create(new TenantName(tenant), request, RightsGuard.caller(context));
        change.to(Map.of("id", token.id(), "label", token.label()));
        return token;
    }

    @DELETE
    @Path("/{id}")
    @Needs(Right.TOKENS_WRITE)
    public void revoke(
            @RestPath String tenant, @RestPath String id, @Context RoutingContext context) {
        AccessTokenRecord revoked =
                tokens.revoke(new TenantName(tenant), id, RightsGuard.caller(context));
        change.from(Map.of("id", id, "label", revoked.label()));
    }
}
