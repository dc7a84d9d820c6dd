package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who changed what, and who signed in, in all tenants. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PlatformAuditResource {
    private final AuditTrail audit;

    PlatformAuditResource(AuditTrail audit) {
        this.audit = audit;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public IdentityViews.PlatformAudit list(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        return audit.pageOfAll(Query.page(limit, cursor));
    }
}
