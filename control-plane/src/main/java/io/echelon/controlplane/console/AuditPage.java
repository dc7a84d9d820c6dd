package io.echelon.controlplane.console;

import io.echelon.controlplane.AuditResource;
import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.Needs;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who changed what in a tenant, and who signed in. */
@Path("/tenants/{tenant}/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class AuditPage {
    private final Pages pages;
    private final Frames frames;
    private final AuditResource audit;

    AuditPage(Pages pages, Frames frames, AuditResource audit) {
        this.pages = pages;
        this.frames = frames;
        this.audit = audit;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.AUDIT_READ)
    public String page(
            @RestPath String tenant,
            @RestQuery @Nullable String cursor,
            @Context RoutingContext context) {
        IdentityViews.Audit found = audit.list(tenant, context, "50", cursor);
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put(
                "changes",
                found.changes().stream()
                        .map(row -> IdentityViews.PlatformChange.of(new TenantName(tenant), row))
                        .toList());
        data.put("all", false);
        data.put("cursor", found.cursor());
        return pages.of("audit", frames.tenant(context, Section.AUDIT, tenant), data);
    }
}
