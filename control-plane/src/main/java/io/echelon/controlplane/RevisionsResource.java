package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** An app's revisions, and their deployment. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/revisions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class RevisionsResource {
    private final AppService apps;
    private final DeploymentService deployments;
    private final Change change;

    RevisionsResource(AppService apps, DeploymentService deployments, Change change) {
        this.change = change;
        this.apps = apps;
        this.deployments = deployments;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.APPS_DEPLOY)
    public Views.Revision deploy(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String preview,
            @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = Manifest.class)))
                    InputStream body) {
        TenantName tenantName = new TenantName(tenant);
        AppName appName = new AppName(app);
        RevisionRecord.Kind kind =
                Query.flag("preview", preview)
                        ? RevisionRecord.Kind.PREVIEW
                        : RevisionRecord.Kind.PRODUCTION;
        Manifest manifest = JsonBody.readManifest(body);
        RevisionRecord revision = deployments.deploy(tenantName, appName, manifest, kind);
        change.to(Map.of("revision", revision.id().label(), "kind", kind));
        return Views.Revision.of(revision, apps.addresses());
    }

    @GET
    @Needs(Right.APPS_READ)
    public Views.Revisions list(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return apps.revisions(new TenantName(tenant), new AppName(app), Query.page(limit, cursor));
    }

    @GET
    @Path("/{revision}")
    @Needs(Right.APPS_READ)
    public Views.Revision get(
            @RestPath String tenant, @RestPath String app, @RestPath String revision) {
        return Views.Revision.of(apps.require(id(tenant, app, revision)).value(), apps.addresses());
    }

    @GET
    @Path("/{revision}/manifest")
    @Needs(Right.APPS_READ)
    public Views.Manifest manifest(
            @RestPath String tenant, @RestPath String app, @RestPath String revision) {
        return Views.Manifest.of(
                deployments.manifest(apps.require(id(tenant, app, revision)).value()));
    }

    private static RevisionId id(String tenant, String app, String revision) {
        return new RevisionId(
                new TenantName(tenant), new AppName(app), RevisionId.parseLabel(revision));
    }
}
