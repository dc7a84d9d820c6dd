package io.echelon.controlplane;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueDesk;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A tenant's queues. */
@Path("/api/v1/tenants/{tenant}/queues")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class QueuesResource {
    private final QueueDesk desk;

    QueuesResource(QueueDesk desk) {
        this.desk = desk;
    }

    @GET
    @Needs(Right.KV_READ)
    public QueueViews.Queues queues(
            @RestPath String tenant,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        TenantName of = new TenantName(tenant);
        List<QueueViews.Queue> queues = new ArrayList<>();
        for (String name : desk.databases()) {
            DatabaseRef ref = DatabaseRef.ofStoreName(name).orElse(null);
            if (ref != null && ref.tenant().equals(of)) {
                QueueCounts counts = desk.look(name, KvQueue.Part.LIVE, 0).counts();
                if (counts.waiting() + counts.claimed() + counts.dead() > 0) {
                    queues.add(QueueViews.Queue.of(ref.database(), counts));
                }
            }
        }
        Part<QueueViews.Queue> part = Part.of(queues, QueueViews.Queue::database, limit, cursor);
        return new QueueViews.Queues(part.items(), part.cursor());
    }
}
