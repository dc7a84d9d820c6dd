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
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The platform as a whole. */
@Path("/api/v1/platform")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PlatformResource {
    private final NodeService nodeService;
    private final Settings settings;
    private final String version;

    PlatformResource(
            NodeService nodeService,
            Settings settings,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.nodeService = nodeService;
        this.settings = settings;
        this.version = version;
    }

    @GET
    @Needs(Right.PLATFORM_READ)
    public Views.Platform platform(@Context RoutingContext context) {
        List<NodeRecord> nodes = nodeService.alive();
        Optional<NodeRecord> first = Addresses.first(nodes);
        return new Views.Platform(
                version,
                settings.baseDomain(),
                first.map(node -> node.http().toString()).orElse(null),
                first.map(node -> node.https().toString()).orElse(null),
                RightsGuard.caller(context).rights().contains(Right.PLATFORM_OPERATE)
                        ? nodes
                        : List.of());
    }
}
