package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** An app's crons and their runs. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/crons")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class CronsResource {
    private static final int RUNS_DEFAULT = 100;

    private final CronService crons;

    CronsResource(CronService crons) {
        this.crons = crons;
    }

    @GET
    @Needs(Right.APPS_READ)
    public CronViews.Crons list(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return crons.list(new TenantName(tenant), new AppName(app), limit, cursor);
    }

    @GET
    @Path("/{name}")
    @Needs(Right.APPS_READ)
    public RestResponse<CronViews.Cron> get(
            @RestPath String tenant, @RestPath String app, @RestPath String name) {
        return crons.get(new TenantName(tenant), new AppName(app), name).answer();
    }

    @GET
    @Path("/{name}/runs")
    @Needs(Right.APPS_READ)
    public CronViews.Runs runs(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String name,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return crons.runs(
                new TenantName(tenant),
                new AppName(app),
                name,
                Query.integer("limit", limit, 1, Limits.CRON_RUNS_KEPT, RUNS_DEFAULT),
                cursor);
    }

    @POST
    @Path("/{name}/trigger")
    @Needs(Right.APPS_DEPLOY)
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    public CronViews.Triggered trigger(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String name,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    CronViews.TriggerRequest
                                                                            .class)))
                    InputStream body) {
        CronViews.TriggerRequest request = JsonBody.read(body, CronViews.TriggerRequest.class);
        return crons.trigger(
                new TenantName(tenant), new AppName(app), name, request.scheduledTime());
    }

    @POST
    @Path("/{name}/pause")
    @Needs(Right.APPS_DEPLOY)
    public RestResponse<CronViews.Cron> pause(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String name,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return crons.pause(new TenantName(tenant), new AppName(app), name, IfMatch.of(ifMatch))
                .answer();
    }

    @POST
    @Path("/{name}/resume")
    @Needs(Right.APPS_DEPLOY)
    public RestResponse<CronViews.Cron> resume(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String name,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return crons.resume(new TenantName(tenant), new AppName(app), name, IfMatch.of(ifMatch))
                .answer();
    }
}
