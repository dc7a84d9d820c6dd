package io.echelon.controlplane;

import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The platform and its nodes. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PlatformResource {
    private final SystemDatabase database;
    private final Settings settings;
    private final String version;

    PlatformResource(
            SystemDatabase database,
            Settings settings,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.database = database;
        this.settings = settings;
        this.version = version;
    }

    @GET
    @Path("/platform")
    @Needs(Right.PLATFORM_READ)
    public Views.Platform platform(@Context RoutingContext context) {
        List<NodeRecord> nodes = database.nodes();
        return new Views.Platform(
                version,
                settings.baseDomain(),
                nodes.isEmpty() ? null : nodes.getFirst().http().toString(),
                nodes.isEmpty() ? null : nodes.getFirst().https().toString(),
                RightsGuard.caller(context) instanceof Caller.Operator ? nodes : List.of());
    }

    @GET
    @Path("/nodes")
    @Needs(Right.PLATFORM_OPERATE)
    public Views.Nodes nodes(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        Part<NodeRecord> part = Part.of(database.nodes(), NodeRecord::id, limit, cursor);
        return new Views.Nodes(part.items(), part.cursor());
    }
}
