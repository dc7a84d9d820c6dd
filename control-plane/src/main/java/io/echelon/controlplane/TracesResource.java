package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** How calls of an app came about. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/traces")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class TracesResource {
    private final TraceService traces;

    TracesResource(TraceService traces) {
        this.traces = traces;
    }

    @GET
    @Needs(Right.LOGS_READ)
    public TraceViews.Calls list(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String revision,
            @RestQuery @Nullable String outcome,
            @RestQuery @Nullable String slowerMs,
            @RestQuery @Nullable String request,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return traces.list(
                TraceSearch.of(
                        new TenantName(tenant),
                        new AppName(app),
                        revision,
                        outcome,
                        slowerMs,
                        request,
                        limit,
                        cursor));
    }

    @GET
    @Path("/{traceId}")
    @Needs(Right.LOGS_READ)
    public TraceViews.Trace get(
            @RestPath String tenant, @RestPath String app, @RestPath String traceId) {
        return traces.get(new TenantName(tenant), new AppName(app), traceId);
    }
}
