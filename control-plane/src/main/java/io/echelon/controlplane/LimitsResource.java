package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What an isolate of an app may use; a change is a new revision of the same bundle. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/limits")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class LimitsResource {
    private final LimitsService limits;
    private final Change change;

    LimitsResource(LimitsService limits, Change change) {
        this.limits = limits;
        this.change = change;
    }

    @GET
    @Needs(Right.APPS_READ)
    public RestResponse<FunctionLimits> limits(@RestPath String tenant, @RestPath String app) {
        return limits.of(new TenantName(tenant), new AppName(app)).answer();
    }

    @PATCH
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.APPS_DEPLOY)
    public LimitsViews.Changed changeLimits(
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
                                                                    LimitsViews.Changes.class)))
                    InputStream body) {
        LimitsService.Changed changed =
                limits.change(
                        new TenantName(tenant),
                        new AppName(app),
                        JsonBody.read(body, LimitsViews.Changes.class),
                        IfMatch.of(ifMatch));
        change.from(Map.of("limits", changed.before()));
        change.to(Map.of("limits", changed.after()));
        return new LimitsViews.Changed(changed.revision().id().label(), changed.after());
    }
}
