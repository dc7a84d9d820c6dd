package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.Right;
import io.echelon.tenants.Stickiness;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TrafficSplit;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** A tenant's apps, and where their own addresses lead. */
@Path("/api/v1/tenants/{tenant}/apps")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AppsResource {
    private final AppService apps;
    private final RouteService routes;
    private final Change change;

    AppsResource(AppService apps, RouteService routes, Change change) {
        this.change = change;
        this.apps = apps;
        this.routes = routes;
    }

    @GET
    @Needs(Right.APPS_READ)
    public Views.Apps list(
            @RestPath String tenant,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return apps.list(new TenantName(tenant), Query.page(limit, cursor));
    }

    @GET
    @Path("/{app}")
    @Needs(Right.APPS_READ)
    public RestResponse<Views.App> get(@RestPath String tenant, @RestPath String app) {
        return apps.get(new TenantName(tenant), new AppName(app)).answer();
    }

    @DELETE
    @Path("/{app}")
    @Needs(Right.APPS_DELETE)
    public void delete(@RestPath String tenant, @RestPath String app) {
        apps.delete(new TenantName(tenant), new AppName(app));
    }

    @POST
    @Path("/{app}/promote")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.APPS_DEPLOY)
    public Views.Switch promote(
            @RestPath String tenant,
            @RestPath String app,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    Views.Promotion.class)))
                    InputStream body) {
        Views.Promotion promotion = JsonBody.read(body, Views.Promotion.class);
        RevisionId revision =
                new RevisionId(
                        new TenantName(tenant),
                        new AppName(app),
                        RevisionId.parseLabel(promotion.revision()));
        Integer percent = promotion.percent();
        String known = promotion.sticky();
        Stickiness sticky = known == null ? null : Stickiness.parse(known);
        if (percent == null && sticky != null) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "sticky says whose requests of a split belong together; give percent too");
        }
        return switched(
                percent == null || percent == TrafficSplit.WHOLE
                        ? routes.promote(revision, IfMatch.of(ifMatch))
                        : routes.split(
                                revision,
                                TrafficSplit.checkedPercent(percent),
                                sticky,
                                IfMatch.of(ifMatch)));
    }

    @POST
    @Path("/{app}/rollback")
    @Needs(Right.APPS_DEPLOY)
    public Views.Switch rollback(
            @RestPath String tenant,
            @RestPath String app,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return switched(
                routes.rollback(new TenantName(tenant), new AppName(app), IfMatch.of(ifMatch)));
    }

    private Views.Switch switched(Views.Switch route) {
        String before = route.from();
        change.from(before == null ? Map.of() : served(before, route.before()));
        Views.Split split = route.split();
        change.to(served(split == null ? route.to() : split.shares().getFirst().revision(), split));
        return route;
    }

    /** What the audit says of a route. */
    private static Map<String, Object> served(String production, Views.@Nullable Split split) {
        return split == null
                ? Map.of("production", production)
                : Map.of("production", production, "split", split);
    }
}
