package io.echelon.controlplane;

import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The platform's nodes, and what the operator wants of them. */
@Path("/api/v1/nodes")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class NodesResource {
    private final NodeService nodes;

    NodesResource(NodeService nodes) {
        this.nodes = nodes;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public Views.Nodes list(@RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        Part<NodeRecord> part = Part.of(nodes.alive(), NodeRecord::id, limit, cursor);
        return new Views.Nodes(part.items(), part.cursor());
    }

    @POST
    @Path("/{node}/drain")
    @Needs(Right.PLATFORM_OPERATE)
    public NodeOrder drain(@RestPath String node, @Context RoutingContext context) {
        return nodes.drain(node, RightsGuard.caller(context));
    }

    @POST
    @Path("/{node}/undrain")
    @Needs(Right.PLATFORM_OPERATE)
    public void undrain(@RestPath String node) {
        nodes.undrain(node);
    }

    @DELETE
    @Path("/{node}")
    @Needs(Right.PLATFORM_OPERATE)
    public void remove(@RestPath String node, @Context RoutingContext context) {
        nodes.remove(node, RightsGuard.caller(context));
    }
}
