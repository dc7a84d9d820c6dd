package io.echelon.controlplane;

import io.echelon.tenants.NodeTokenRecord;
import io.echelon.tenants.Right;
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

/** The tokens by which nodes of other machines join. */
@Path("/api/v1/node-tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class NodeTokensResource {
    private final NodeTokenService tokens;
    private final TokenPace pace;
    private final Change change;

    NodeTokensResource(NodeTokenService tokens, TokenPace pace, Change change) {
        this.tokens = tokens;
        this.pace = pace;
        this.change = change;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public NodeViews.Tokens list(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        Part<NodeViews.Token> part = Part.of(tokens.list(), NodeViews.Token::id, limit, cursor);
        return new NodeViews.Tokens(part.items(), part.cursor());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.PLATFORM_OPERATE)
    public NodeViews.NewToken create(
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    NodeViews.TokenRequest.class)))
                    InputStream body) {
        pace.require(context, null);
        NodeViews.TokenRequest request = JsonBody.read(body, NodeViews.TokenRequest.class);
        NodeViews.NewToken token = tokens.create(request, RightsGuard.caller(context));
        change.to(Map.of("id", token.id(), "uses", token.uses(), "expiresAt", token.expiresAt()));
        return token;
    }

    @DELETE
    @Path("/{id}")
    @Needs(Right.PLATFORM_OPERATE)
    public void revoke(@RestPath String id) {
        NodeTokenRecord revoked = tokens.revoke(id);
        change.from(Map.of("id", id, "uses", revoked.uses()));
    }
}
