package io.echelon.controlplane.console;

import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.TenantsResource;
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

/** All tenants, for who operates the platform. */
@Path("/tenants")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class TenantsPage {
    private final Pages pages;
    private final Frames frames;
    private final TenantsResource tenants;

    TenantsPage(Pages pages, Frames frames, TenantsResource tenants) {
        this.pages = pages;
        this.frames = frames;
        this.tenants = tenants;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.PLATFORM_OPERATE)
    public String page(@RestQuery @Nullable String cursor, @Context RoutingContext context) {
        IdentityViews.Tenants found = tenants.list(context, "100", cursor);
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put("tenants", found.tenants());
        data.put("cursor", found.cursor());
        return pages.of("tenants", frames.platform(context, Section.TENANTS), data);
    }
}
