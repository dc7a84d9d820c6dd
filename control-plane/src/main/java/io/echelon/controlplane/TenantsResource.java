package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The tenants, as far as the caller sees them. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class TenantsResource {
    private final TenantService tenants;

    TenantsResource(TenantService tenants) {
        this.tenants = tenants;
    }

    @GET
    @Path("/tenants")
    @Needs(Right.PLATFORM_READ)
    public IdentityViews.Tenants list(
            @Context RoutingContext context,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        TenantName only = RightsGuard.caller(context).onlyTenant();
        return only == null
                ? tenants.list(Query.page(limit, cursor))
                : new IdentityViews.Tenants(
                        List.of(IdentityViews.Tenant.of(tenants.require(only).value())), null);
    }

    @PUT
    @Path("/tenants/{tenant}")
    @ResponseStatus(201)
    @Needs(Right.PLATFORM_OPERATE)
    public IdentityViews.Tenant create(@RestPath String tenant) {
        return IdentityViews.Tenant.of(tenants.create(new TenantName(tenant)));
    }

    @DELETE
    @Path("/tenants/{tenant}")
    @Needs(Right.PLATFORM_OPERATE)
    public void delete(@RestPath String tenant) {
        tenants.delete(new TenantName(tenant));
    }
}
