package io.echelon.controlplane;

import io.echelon.kvstore.StoreDesk;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The platform's store as a whole. */
@Path("/api/v1/store")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class StoreResource {
    private final StoreDesk store;
    private final SystemDatabase database;

    StoreResource(StoreDesk store, SystemDatabase database) {
        this.store = store;
        this.database = database;
    }

    @GET
    @Needs(Right.PLATFORM_OPERATE)
    public StoreViews.Store store() {
        return new StoreViews.Store(
                StoreViews.Replica.of(store.nodes(), new NodeNames(database.nodes())));
    }

    /** Reads all that there is, on every node that has it; lasts as long as that does. */
    @GET
    @Path("/verification")
    @Needs(Right.PLATFORM_OPERATE)
    public StoreViews.Verification verification() {
        return StoreViews.Verification.of(store.verify(), new NodeNames(database.nodes()));
    }
}
