package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
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

/** A database's keys as a tree, and its entries; the browser asks the API for them. */
@Path("/tenants/{tenant}/databases/{database}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class DatabasePage {
    private final Pages pages;
    private final Frames frames;

    DatabasePage(Pages pages, Frames frames) {
        this.pages = pages;
        this.frames = frames;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.KV_READ)
    public String page(
            @RestPath String tenant, @RestPath String database, @Context RoutingContext context) {
        DatabaseRef ref = new DatabaseRef(new TenantName(tenant), database);
        return pages.of(
                "kv",
                frames.database(context, Section.KV, tenant, database),
                Map.of("database", ref.database()));
    }
}
