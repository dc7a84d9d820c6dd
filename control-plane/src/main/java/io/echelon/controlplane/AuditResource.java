package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who changed what in a tenant. */
@Path("/api/v1/tenants/{tenant}/audit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AuditResource {
    private final AuditTrail audit;
    private final TenantService tenants;

    AuditResource(AuditTrail audit, TenantService tenants) {
        this.audit = audit;
        this.tenants = tenants;
    }

    @GET
    @Needs(Right.AUDIT_READ)
    public IdentityViews.Audit list(
            @RestPath String tenant,
            @Context RoutingContext context,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        TenantName name = new TenantName(tenant);
        Instant since =
                RightsGuard.caller(context).rights().contains(Right.PLATFORM_OPERATE)
                        ? Instant.EPOCH
                        : tenants.auditBegin(name);
        return audit.page(name, since, Query.page(limit, cursor));
    }
}
