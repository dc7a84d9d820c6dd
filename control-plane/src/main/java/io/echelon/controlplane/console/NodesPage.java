package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.controlplane.PlatformResource;
import io.echelon.controlplane.StoreResource;
import io.echelon.controlplane.StoreViews;
import io.echelon.controlplane.Views;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The nodes that are alive. */
@Path("/nodes")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class NodesPage {
    private final Pages pages;
    private final Frames frames;
    private final PlatformResource platform;
    private final StoreResource store;

    NodesPage(Pages pages, Frames frames, PlatformResource platform, StoreResource store) {
        this.pages = pages;
        this.frames = frames;
        this.platform = platform;
        this.store = store;
    }

    /**
     * A node as the page shows it.
     *
     * @param replica what it has of the store; null when that is elsewhere
     */
    public record Line(NodeRecord node, StoreViews.@Nullable Replica replica) {}

    @GET
    @Operation(hidden = true)
    @Needs(Right.PLATFORM_OPERATE)
    public String page(@Context RoutingContext context) {
        Views.Platform shown = platform.platform(context);
        Map<String, StoreViews.Replica> replicas =
                store.store().replicas().stream()
                        .collect(
                                Collectors.toMap(
                                        StoreViews.Replica::node,
                                        Function.identity(),
                                        (first, _) -> first));
        return pages.of(
                "nodes",
                frames.platform(context, Section.NODES),
                Map.of(
                        "platform",
                        shown,
                        "lines",
                        shown.nodes().stream()
                                .map(node -> new Line(node, replicas.get(node.id())))
                                .toList()));
    }
}
