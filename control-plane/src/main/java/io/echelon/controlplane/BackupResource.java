package io.echelon.controlplane;

import io.echelon.kvstore.StoreDesk;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;

/**
 * The whole platform as one stream. It changes nothing, but takes everything out, so it has a row
 * in the audit: that of the tenant {@code default}, which is the operator's.
 */
@Path("/api/v1/backup")
@RunOnVirtualThread
public final class BackupResource {
    private static final String ACTION = "backup.take";

    private final StoreDesk store;
    private final AuditTrail audit;
    private final InstantSource clock;

    BackupResource(StoreDesk store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    @GET
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Needs(Right.PLATFORM_OPERATE)
    public StreamingOutput take(@Context RoutingContext context) {
        AuditRecord row =
                AuditTrail.row(clock.instant(), RightsGuard.caller(context), ACTION, context);
        audit.write(TenantName.DEFAULT, row);
        InputStream backup = store.backup();
        return out -> pass(backup, out, row);
    }

    private void pass(InputStream backup, OutputStream out, AuditRecord row) throws IOException {
        AuditRecord.State end = AuditRecord.State.FAILED;
        try (backup) {
            backup.transferTo(out);
            end = AuditRecord.State.DONE;
        } finally {
            audit.write(TenantName.DEFAULT, row.ended(end, null, null));
        }
    }
}
