package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The root: where everything is, for programs; for browsers, where their console begins. */
@Path("/")
public final class HomeResource {
    private static final String PAGE =
            """
            This is the control plane of an Echelon platform.

            API          /api/v1           every route needs a bearer token
            Its routes   /api/v1/openapi   OpenAPI 3, open to everybody
            Health       /q/health         open to everybody
            Metrics      /q/metrics        for Prometheus, with the operator's token

            The command line is easier: edge --help. Browsers find the console here.
            """;

    @GET
    @Operation(hidden = true)
    @OpenToAll
    public Response page(@Context RoutingContext context) {
        return PageRequests.isForPage(context)
                ? Response.seeOther(URI.create(console(RightsGuard.caller(context)))).build()
                : Response.ok(PAGE, MediaType.TEXT_PLAIN_TYPE).build();
    }

    private static String console(Caller caller) {
        TenantName tenant = caller.onlyTenant();
        AppName app = caller.onlyApp();
        String path = "/tenants/" + (tenant == null ? TenantName.DEFAULT : tenant);
        return app == null ? path : path + "/apps/" + app;
    }
}
