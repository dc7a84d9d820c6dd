package io.echelon.controlplane.console;

import io.echelon.controlplane.DatabaseViews;
import io.echelon.controlplane.DatabasesResource;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.QueueViews;
import io.echelon.controlplane.QueuesResource;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** A tenant's databases, and what waits in their queues. */
@Path("/tenants/{tenant}/databases")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class DatabasesPage {
    private final Pages pages;
    private static final double UNIT = 1_024;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private final Frames frames;
    private final DatabasesResource databases;
    private final QueuesResource queues;

    DatabasesPage(Pages pages, Frames frames, DatabasesResource databases, QueuesResource queues) {
        this.pages = pages;
        this.frames = frames;
        this.databases = databases;
        this.queues = queues;
    }

    /**
     * A database.
     *
     * @param size what it holds, with a unit
     * @param queue null when it has no messages
     */
    public record Row(
            String name,
            int tokens,
            boolean empty,
            String size,
            long entries,
            QueueViews.@Nullable Queue queue) {}

    private static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= UNIT && unit < UNITS.size() - 1) {
            amount /= UNIT;
            unit++;
        }
        return String.format(
                Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS.get(unit));
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.KV_READ)
    public String page(@RestPath String tenant, @Context RoutingContext context) {
        Map<String, QueueViews.Queue> messages = new LinkedHashMap<>();
        for (QueueViews.Queue queue : queues.queues(tenant, "1000", null).queues()) {
            messages.put(queue.database(), queue);
        }
        Map<String, Row> rows = new TreeMap<>();
        for (DatabaseViews.Database found : databases.databases(tenant, "1000", null).databases()) {
            rows.put(
                    found.name(),
                    new Row(
                            found.name(),
                            found.tokens(),
                            found.empty(),
                            size(found.bytes()),
                            found.entries(),
                            messages.get(found.name())));
        }
        messages.forEach(
                (name, queue) ->
                        rows.computeIfAbsent(name, _ -> new Row(name, 0, true, size(0), 0, queue)));
        return pages.of(
                "databases",
                frames.tenant(context, Section.DATABASES, tenant),
                Map.of("databases", List.copyOf(rows.values())));
    }
}
