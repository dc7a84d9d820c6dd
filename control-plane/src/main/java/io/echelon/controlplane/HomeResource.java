package io.echelon.controlplane;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The page at the root: where everything is. */
@Path("/")
public final class HomeResource {
    private static final String PAGE =
            """
            This is the control plane of an Echelon platform.

            API          /api/v1           every route needs a bearer token
            Its routes   /api/v1/openapi   OpenAPI 3, open to everybody
            Health       /q/health         open to everybody
            Metrics      /q/metrics        for Prometheus, with the operator's token

            The command line is easier: edge --help. There is no console yet.
            """;

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    @OpenToAll
    public String page() {
        return PAGE;
    }
}
