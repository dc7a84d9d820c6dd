package io.echelon.controlplane.console;

import io.echelon.controlplane.AccessTokensResource;
import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.Needs;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** A tenant's tokens, without their secrets. */
@Path("/tenants/{tenant}/tokens")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class TokensPage {
    private final Pages pages;
    private final Frames frames;
    private final AccessTokensResource tokens;
    private final AppsResource apps;

    TokensPage(Pages pages, Frames frames, AccessTokensResource tokens, AppsResource apps) {
        this.pages = pages;
        this.frames = frames;
        this.tokens = tokens;
        this.apps = apps;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.TOKENS_WRITE)
    public String page(@RestPath String tenant, @Context RoutingContext context) {
        return pages.of(
                "tokens",
                frames.tenant(context, Section.TOKENS, tenant),
                Map.of(
                        "tokens", tokens.list(tenant, "1000", null).tokens(),
                        "apps", apps.list(tenant, "1000", null).apps(),
                        "rights",
                                Arrays.stream(Right.values())
                                        .filter(right -> right.least().compareTo(Role.ADMIN) <= 0)
                                        .map(Right::wireName)
                                        .toList()));
    }
}
