package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
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
import org.jboss.resteasy.reactive.RestPath;

/** A deployment as events: {@code node} …, then one {@code done} or {@code failed}. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/revisions/{revision}/progress")
public final class ProgressResource {
    private final AppService apps;
    private final Progress progress;

    ProgressResource(AppService apps, Progress progress) {
        this.apps = apps;
        this.progress = progress;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Needs(Right.APPS_READ)
    public Multi<OutboundSseEvent> progress(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String revision,
            @Context Sse sse) {
        RevisionId id =
                new RevisionId(
                        new TenantName(tenant), new AppName(app), RevisionId.parseLabel(revision));
        apps.require(id);
        return progress.of(id, sse);
    }
}
