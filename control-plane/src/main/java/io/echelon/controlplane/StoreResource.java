package io.echelon.controlplane;

import io.echelon.kvstore.StoreDesk;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The platform's store as a whole. */
@Path("/api/v1/store")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class StoreResource {
    private final StoreDesk store;
    private final SystemDatabase database;
    private final KvService kv;
    private final Change change;

    StoreResource(StoreDesk store, SystemDatabase database, KvService kv, Change change) {
        this.store = store;
        this.database = database;
        this.kv = kv;
        this.change = change;
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

    /** In which shards databases lie; those that are not named have always been in the first. */
    @GET
    @Path("/databases")
    @Needs(Right.PLATFORM_OPERATE)
    public StoreViews.Databases databases(
            @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        Part<StoreViews.Place> part = Part.of(places(), StoreViews.Place::sortedBy, limit, cursor);
        return new StoreViews.Databases(part.items(), part.cursor());
    }

    private List<StoreViews.Place> places() {
        return StoreViews.Place.of(store.places());
    }

    /** In which shard a database lies. */
    @GET
    @Path("/databases/{tenant}/{database}")
    @Needs(Right.PLATFORM_OPERATE)
    public StoreViews.Place place(@RestPath String tenant, @RestPath String database) {
        DatabaseRef ref = known(tenant, database);
        return places().stream()
                .filter(place -> place.isOf(ref))
                .findFirst()
                .orElse(new StoreViews.Place(tenant, database, 0, null));
    }

    /** Has a database moved to another shard, soon and while it is used. */
    @POST
    @Path("/databases/{tenant}/{database}/move")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.PLATFORM_OPERATE)
    public StoreViews.Place move(
            @RestPath String tenant,
            @RestPath String database,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    StoreViews.MoveRequest.class)))
                    InputStream body) {
        Integer shard = JsonBody.read(body, StoreViews.MoveRequest.class).shard();
        if (shard == null) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body must be {\"shard\": NUMBER}");
        }
        store.move(known(tenant, database).storeName(), shard);
        change.to(Map.of("shard", shard));
        return place(tenant, database);
    }

    private DatabaseRef known(String tenant, String database) {
        DatabaseRef ref = new DatabaseRef(new TenantName(tenant), database);
        if (!kv.names(ref.tenant()).contains(database)) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "There is no database \"%s\"; `edge kv databases --tenant %s` lists those of the tenant"
                            .formatted(ref, tenant));
        }
        return ref;
    }
}
