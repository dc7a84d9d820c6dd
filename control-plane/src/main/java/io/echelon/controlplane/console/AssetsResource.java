package io.echelon.controlplane.console;

import io.echelon.controlplane.OpenToAll;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Serves {@link Assets}; they tell nothing, so the sign-in page may have them too. */
@Path("/console/{version}/{name: .+}")
public final class AssetsResource {
    private final Assets assets;

    AssetsResource(Assets assets) {
        this.assets = assets;
    }

    @GET
    @NonBlocking
    @Operation(hidden = true)
    @OpenToAll
    public Response get(
            @RestPath String version,
            @RestPath String name,
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String encodings) {
        Assets.Asset asset = assets.find(version, name).orElseThrow(NotFoundException::new);
        boolean isGzipped = encodings != null && encodings.contains("gzip");
        Response.ResponseBuilder answer =
                Response.ok(isGzipped ? asset.gzipped() : asset.bytes())
                        .header(HttpHeaders.CONTENT_TYPE, asset.type())
                        .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        return isGzipped
                ? answer.header(HttpHeaders.CONTENT_ENCODING, "gzip").build()
                : answer.build();
    }
}
