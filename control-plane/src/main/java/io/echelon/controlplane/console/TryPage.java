package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Calls an app from the browser. */
@Path("/tenants/{tenant}/apps/{app}/try")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class TryPage {
    private final Pages pages;
    private final Frames frames;
    private final RevisionChoice choice;

    TryPage(Pages pages, Frames frames, RevisionChoice choice) {
        this.pages = pages;
        this.frames = frames;
        this.choice = choice;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_READ)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        return pages.of(
                "try", frames.app(context, Section.TRY, tenant, app), choice.of(tenant, app));
    }
}
