package io.echelon.controlplane;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvQueue.Part;
import io.echelon.kvstore.QueueDesk;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The messages of a database. */
@Path("/api/v1/tenants/{tenant}/databases/{database}/queue")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class QueueResource {
    private static final int LIMIT_DEFAULT = 20;

    private final QueueDesk desk;

    QueueResource(QueueDesk desk) {
        this.desk = desk;
    }

    @GET
    @Needs(Right.KV_READ)
    public QueueViews.Look look(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String part,
            @RestQuery @Nullable String limit) {
        return QueueViews.Look.of(
                database,
                desk.look(
                        ref(tenant, database).storeName(),
                        part == null ? Part.LIVE : part(part),
                        Query.integer("limit", limit, 1, KvQueue.PEEK_MAX, LIMIT_DEFAULT)));
    }

    @POST
    @Path("/redrive")
    @Needs(Right.KV_WRITE)
    public QueueViews.Moved redrive(@RestPath String tenant, @RestPath String database) {
        return new QueueViews.Moved(desk.redrive(ref(tenant, database).storeName()));
    }

    @DELETE
    @Needs(Right.KV_DELETE)
    public QueueViews.Moved purge(
            @RestPath String tenant, @RestPath String database, @RestQuery @Nullable String part) {
        if (part == null) {
            throw refuse("The query parameter part is missing; say live or dead");
        }
        return new QueueViews.Moved(desk.purge(ref(tenant, database).storeName(), part(part)));
    }

    private static Part part(String text) {
        return switch (text) {
            case "live" -> Part.LIVE;
            case "dead" -> Part.DEAD;
            default ->
                    throw refuse(
                            "part is \"%s\"; it must be live or dead"
                                    .formatted(
                                            text.length() > 20
                                                    ? text.substring(0, 20) + "…"
                                                    : text));
        };
    }

    private static DatabaseRef ref(String tenant, String database) {
        return new DatabaseRef(new TenantName(tenant), database);
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
