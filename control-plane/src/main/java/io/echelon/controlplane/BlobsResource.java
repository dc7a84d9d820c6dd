package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestPath;

/** Files by content: which are missing, and their upload. */
@Path("/api/v1/tenants/{tenant}/blobs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class BlobsResource {
    private final BlobService blobs;

    BlobsResource(BlobService blobs) {
        this.blobs = blobs;
    }

    @POST
    @Path("/missing")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(value = Right.APPS_DEPLOY, trace = Needs.Trace.NOTHING)
    public Views.Missing missing(
            @RestPath String tenant,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(schema = @Schema(implementation = Views.Hashes.class)))
                    InputStream body) {
        requireName(tenant);
        return new Views.Missing(blobs.missing(JsonBody.read(body, Views.Hashes.class).sha256()));
    }

    @PUT
    @Path("/{sha256}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Needs(value = Right.APPS_DEPLOY, trace = Needs.Trace.NOTHING)
    public void upload(
            @RestPath String tenant,
            @RestPath String sha256,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            type = SchemaType.STRING,
                                                            format = "binary")))
                    InputStream body) {
        requireName(tenant);
        blobs.upload(sha256, body);
    }

    /** Blobs are shared by content; the tenant in the path only has to be a name. */
    private static void requireName(String tenant) {
        new TenantName(tenant);
    }
}
