package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.controlplane.PlatformResource;
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

/** The nodes that are alive. */
@Path("/nodes")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class NodesPage {
    private final Pages pages;
    private final Frames frames;
    private final PlatformResource platform;

    NodesPage(Pages pages, Frames frames, PlatformResource platform) {
        this.pages = pages;
        this.frames = frames;
        this.platform = platform;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.PLATFORM_OPERATE)
    public String page(@Context RoutingContext context) {
        return pages.of(
                "nodes",
                frames.platform(context, Section.NODES),
                Map.of("platform", platform.platform(context)));
    }
}
