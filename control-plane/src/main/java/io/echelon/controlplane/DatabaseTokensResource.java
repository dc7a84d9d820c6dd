package io.echelon.controlplane;

import io.echelon.tenants.DatabaseRef;
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

/** The tokens that open a database. */
@Path("/api/v1/tenants/{tenant}/databases/{database}/tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DatabaseTokensResource {
    private final DatabaseService databases;
    private final TokenPace pace;
    private final Change change;

    DatabaseTokensResource(DatabaseService databases, TokenPace pace, Change change) {
        this.pace = pace;
        this.change = change;
        this.databases = databases;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.KV_TOKENS)
    public DatabaseViews.NewToken make(
            @RestPath String tenant,
            @RestPath String database,
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    DatabaseViews.TokenRequest
                                                                            .class)))
                    InputStream body) {
        pace.require(context, new TenantName(tenant));
        DatabaseViews.TokenRequest request = JsonBody.read(body, DatabaseViews.TokenRequest.class);
        DatabaseViews.NewToken token =
                databases.makeToken(ref(tenant, database), DatabaseViews.parse(request.access()));
        change.to(Map.of("id", token.id(), "access", token.access()));
        return token;
    }

    @GET
    @Needs(Right.KV_TOKENS)
    public DatabaseViews.Tokens list(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        Part<DatabaseViews.Token> part =
                Part.of(
                        databases.tokens(ref(tenant, database)),
                        DatabaseViews.Token::id,
                        limit,
                        cursor);
        return new DatabaseViews.Tokens(part.items(), part.cursor());
    }

    @DELETE
    @Path("/{id}")
    @Needs(Right.KV_TOKENS)
    public void revoke(@RestPath String tenant, @RestPath String database, @RestPath String id) {
        databases.revoke(ref(tenant, database), id);
        change.from(Map.of("id", id));
    }

    private static DatabaseRef ref(String tenant, String database) {
        return new DatabaseRef(new TenantName(tenant), database);
    }
}
