package io.echelon.controlplane.console;

import io.echelon.controlplane.CronsResource;
import io.echelon.controlplane.Needs;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** An app's crons; the browser asks the API for their runs. */
@Path("/tenants/{tenant}/apps/{app}/crons")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class CronsPage {
    private final Pages pages;
    private final Frames frames;
    private final CronsResource crons;

    CronsPage(Pages pages, Frames frames, CronsResource crons) {
        this.pages = pages;
        this.frames = frames;
        this.crons = crons;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_READ)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        return pages.of(
                "crons",
                frames.app(context, Section.CRONS, tenant, app),
                Map.of("crons", crons.list(tenant, app, "1000", null).crons()));
    }
}
