package io.echelon.controlplane.console;

import io.echelon.controlplane.Needs;
import io.echelon.controlplane.QuotaViews;
import io.echelon.controlplane.QuotasResource;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** What a tenant may take of the platform, how much of it is used, and by which apps. */
@Path("/tenants/{tenant}/usage")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class UsagePage {
    private final Pages pages;
    private final Frames frames;
    private final QuotasResource quotas;

    UsagePage(Pages pages, Frames frames, QuotasResource quotas) {
        this.pages = pages;
        this.frames = frames;
        this.quotas = quotas;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.USAGE_READ)
    public String page(@RestPath String tenant, @Context RoutingContext context) {
        RestResponse<QuotaViews.Quotas> shown = quotas.show(tenant);
        QuotaViews.Quotas decided = shown.getEntity();
        return pages.of(
                "usage",
                frames.tenant(context, Section.USAGE, tenant),
                Map.of(
                        "plan", decided.plan(),
                        "overrides", decided.overrides(),
                        "quotas", decided.quotas(),
                        "tag", shown.getHeaderString(HttpHeaders.ETAG)));
    }
}
