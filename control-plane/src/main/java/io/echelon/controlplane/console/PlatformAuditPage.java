package io.echelon.controlplane.console;

import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.PlatformAuditResource;
import io.echelon.tenants.Right;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who changed what in all tenants, and who signed in, for who operates the platform. */
@Path("/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class PlatformAuditPage {
    private final Pages pages;
    private final Frames frames;
    private final PlatformAuditResource audit;

    PlatformAuditPage(Pages pages, Frames frames, PlatformAuditResource audit) {
        this.pages = pages;
        this.frames = frames;
        this.audit = audit;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.PLATFORM_OPERATE)
    public String page(@RestQuery @Nullable String cursor, @Context RoutingContext context) {
        IdentityViews.PlatformAudit found = audit.list("50", cursor);
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put("changes", found.changes());
        data.put("cursor", found.cursor());
        data.put("all", true);
        return pages.of("audit", frames.platform(context, Section.ALL_AUDITS), data);
    }
}
