package io.echelon.controlplane.console;

import io.echelon.controlplane.MembersResource;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.ProviderSignIns;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Who belongs to a tenant, as what. */
@Path("/tenants/{tenant}/members")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class MembersPage {
    private static final List<String> ROLES = List.of("viewer", "developer", "admin", "owner");

    private final Pages pages;
    private final Frames frames;
    private final MembersResource members;
    private final ProviderSignIns provider;

    MembersPage(Pages pages, Frames frames, MembersResource members, ProviderSignIns provider) {
        this.provider = provider;
        this.pages = pages;
        this.frames = frames;
        this.members = members;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.MEMBERS_READ)
    public String page(@RestPath String tenant, @Context RoutingContext context) {
        return pages.of(
                "members",
                frames.tenant(context, Section.MEMBERS, tenant),
                Map.of(
                        "members", members.list(tenant, "1000", null).members(),
                        "roles", ROLES,
                        "provider", provider.provider().orElse("")));
    }
}
