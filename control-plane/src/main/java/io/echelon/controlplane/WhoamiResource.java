package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/** Who is asking. */
@Path("/api/v1/whoami")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class WhoamiResource {
    @GET
    @Needs(Right.PLATFORM_READ)
    public IdentityViews.Whoami whoami(@Context RoutingContext context) {
        return IdentityViews.Whoami.of(RightsGuard.caller(context));
    }
}
