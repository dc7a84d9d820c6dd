package io.echelon.controlplane.console;

import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.Views;
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
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A tenant's apps at a glance. */
@Path("/tenants/{tenant}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class OverviewPage {
    private static final String APPS_MAX = "500";

    private final Pages pages;
    private final Frames frames;
    private final AppsResource apps;

    OverviewPage(Pages pages, Frames frames, AppsResource apps) {
        this.pages = pages;
        this.frames = frames;
        this.apps = apps;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_READ)
    public String page(
            @RestPath String tenant,
            @RestQuery @Nullable String cursor,
            @Context RoutingContext context) {
        Views.Apps found = apps.list(tenant, APPS_MAX, cursor);
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put("apps", found.apps());
        data.put("cursor", found.cursor());
        return pages.of("overview", frames.tenant(context, Section.APPS, tenant), data);
    }
}
