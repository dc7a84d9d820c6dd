package io.echelon.controlplane;

import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Keys of a database as events: {@code entries}, now and after each change. */
@Path("/api/v1/tenants/{tenant}/databases/{database}/watch")
public final class DatabaseWatchResource {
    private final EntryWatch watch;

    DatabaseWatchResource(EntryWatch watch) {
        this.watch = watch;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Needs(Right.KV_READ)
    public Multi<OutboundSseEvent> watch(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable List<String> key,
            @Context Sse sse) {
        if (key == null || key.isEmpty() || key.size() > KvLimits.WATCHED_KEYS_MAX) {
            throw TypedJson.refuse(
                    "The query parameter key stands %d times; give 1 to %d keys, each a JSON array"
                            .formatted(key == null ? 0 : key.size(), KvLimits.WATCHED_KEYS_MAX));
        }
        List<KvKey> keys = key.stream().map(text -> KvKeyJson.parse("key", text)).toList();
        return watch.of(new DatabaseRef(new TenantName(tenant), database), keys, sse);
    }
}
