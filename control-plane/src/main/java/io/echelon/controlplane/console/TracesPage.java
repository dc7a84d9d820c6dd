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

/** How calls of an app came about: a list, and each as a waterfall. */
@Path("/tenants/{tenant}/apps/{app}/traces")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class TracesPage {
    private final Pages pages;
    private final Frames frames;
    private final RevisionChoice choice;

    TracesPage(Pages pages, Frames frames, RevisionChoice choice) {
        this.pages = pages;
        this.frames = frames;
        this.choice = choice;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.LOGS_READ)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        return pages.of(
                "traces", frames.app(context, Section.TRACES, tenant, app), choice.of(tenant, app));
    }
}
