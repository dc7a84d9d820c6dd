package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.tenants.AppName;
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

/**
 * An editor whose text runs as a preview revision of an app; the app comes to be with the first
 * run.
 */
@Path("/tenants/{tenant}/apps/{app}/playground")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class PlaygroundPage {
    private final Pages pages;
    private final Frames frames;

    PlaygroundPage(Pages pages, Frames frames) {
        this.pages = pages;
        this.frames = frames;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_DEPLOY)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        AppName name = new AppName(app);
        return pages.of(
                "playground",
                frames.app(context, Section.PLAYGROUND, tenant, name.value()),
                Map.of());
    }
}
