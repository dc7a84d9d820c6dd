package io.echelon.controlplane;

import io.echelon.tenants.JoinAnswer;
import io.echelon.tenants.JoinRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where a node of another machine joins; what it shows is in its {@link JoinRequest}. */
@Path(JoinResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class JoinResource {
    static final String PATH = "/api/v1/join";

    private final JoinService service;

    JoinResource(JoinService service) {
        this.service = service;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    @OpenToAll
    public JoinAnswer join(@Context RoutingContext context, InputStream body) {
        return service.join(context, () -> JsonBody.read(body, JoinRequest.class));
    }
}
