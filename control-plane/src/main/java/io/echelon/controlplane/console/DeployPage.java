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
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Deploys a folder or an archive. */
@Path("/tenants/{tenant}/deploy")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class DeployPage {
    private final Pages pages;
    private final Frames frames;

    DeployPage(Pages pages, Frames frames) {
        this.pages = pages;
        this.frames = frames;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_DEPLOY)
    public String page(
            @RestPath String tenant,
            @RestQuery @Nullable String app,
            @Context RoutingContext context) {
        return pages.of(
                "deploy",
                frames.tenant(context, Section.DEPLOY, tenant),
                Map.of("app", app == null ? "" : app));
    }
}
