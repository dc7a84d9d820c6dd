package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The key that seals the keys of tenants. */
@Path("/api/v1/master-key")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class MasterKeyResource {
    private final SettingsKeys keys;

    MasterKeyResource(SettingsKeys keys) {
        this.keys = keys;
    }

    @POST
    @Path("/rotation")
    @Needs(Right.PLATFORM_OPERATE)
    public SettingsViews.Rotation rotate() {
        return keys.rotate();
    }
}
