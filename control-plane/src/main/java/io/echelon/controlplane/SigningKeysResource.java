package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The keys that sign short-lived tokens. */
@Path("/api/v1/signing-keys")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class SigningKeysResource {
    private final SigningKeys keys;

    SigningKeysResource(SigningKeys keys) {
        this.keys = keys;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public IdentityViews.SigningKeys list(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        List<IdentityViews.SigningKey> all =
                keys.records().stream().map(IdentityViews.SigningKey::of).toList();
        Part<IdentityViews.SigningKey> part =
                Part.of(all, IdentityViews.SigningKey::id, limit, cursor);
        return new IdentityViews.SigningKeys(part.items(), part.cursor());
    }

    @POST
    @Path("/rotation")
    @ResponseStatus(201)
    @Needs(Right.PLATFORM_OPERATE)
    public IdentityViews.SigningKey rotate() {
        return IdentityViews.SigningKey.of(keys.rotate());
    }

    @DELETE
    @Path("/{id}")
    @Needs(Right.PLATFORM_OPERATE)
    public void remove(@RestPath String id) {
        keys.remove(id);
    }
}
