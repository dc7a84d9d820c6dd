package io.echelon.controlplane.console;

import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.RevisionsResource;
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

/** An app: how it is doing, and its revisions. */
@Path("/tenants/{tenant}/apps/{app}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class AppPage {
    private static final String REVISIONS = "20";

    private final Pages pages;
    private final Frames frames;
    private final AppsResource apps;
    private final RevisionsResource revisions;

    AppPage(Pages pages, Frames frames, AppsResource apps, RevisionsResource revisions) {
        this.pages = pages;
        this.frames = frames;
        this.apps = apps;
        this.revisions = revisions;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.APPS_READ)
    public String page(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String cursor,
            @Context RoutingContext context) {
        Views.Revisions found = revisions.list(tenant, app, REVISIONS, cursor);
        Map<String, @Nullable Object> data = new HashMap<>();
        Views.App shown = apps.get(tenant, app).getEntity();
        String run = shown.production() == null ? shown.latest() : shown.production();
        data.put("app", shown);
        data.put("manifest", run == null ? null : revisions.manifest(tenant, app, run));
        data.put("revisions", found.revisions());
        data.put("cursor", found.cursor());
        return pages.of("app", frames.app(context, Section.APP, tenant, app), data);
    }
}
