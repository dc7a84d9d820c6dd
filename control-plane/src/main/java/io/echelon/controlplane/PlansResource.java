package io.echelon.controlplane;

import io.echelon.tenants.PlanName;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The plans that the operator gives to tenants. */
@Path("/api/v1/plans")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PlansResource {
    private final QuotaService quotas;

    PlansResource(QuotaService quotas) {
        this.quotas = quotas;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public QuotaViews.Plans list(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        Part<QuotaViews.Plan> part = Part.of(quotas.plans(), QuotaViews.Plan::name, limit, cursor);
        return new QuotaViews.Plans(part.items(), part.cursor());
    }

    @PUT
    @Path("/{plan}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.PLATFORM_OPERATE)
    public QuotaViews.Plan set(
            @RestPath String plan,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    QuotaViews.PlanRequest.class)))
                    InputStream body) {
        return quotas.setPlan(
                new PlanName(plan),
                JsonBody.read(body, QuotaViews.PlanRequest.class),
                IfMatch.of(ifMatch));
    }
}
