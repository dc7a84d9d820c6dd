package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.controlplane.QueueResource;
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

/** The messages of a database: those to come, and the dead. */
@Path("/tenants/{tenant}/databases/{database}/queue")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class QueuePage {
    private static final String ONE = "1";

    private final Pages pages;
    private final Frames frames;
    private final QueueResource queue;

    QueuePage(Pages pages, Frames frames, QueueResource queue) {
        this.pages = pages;
        this.frames = frames;
        this.queue = queue;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.KV_READ)
    public String page(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String part,
            @Context RoutingContext context) {
        String shown = "dead".equals(part) ? "dead" : "live";
        return pages.of(
                "queue",
                frames.database(context, Section.QUEUE, tenant, database),
                Map.of(
                        "database", database,
                        "part", shown,
                        "queue", queue.look(tenant, database, shown, ONE).queue()));
    }
}
