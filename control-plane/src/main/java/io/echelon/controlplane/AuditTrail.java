package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Page;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Who changed what, a row a change, each kept for {@link #KEPT}. A row is written before the change
 * and completed after it, so that no change is without one: what a crash interrupts stays {@link
 * AuditRecord.State#BEGUN}.
 */
@Singleton
final class AuditTrail {
    static final Duration KEPT = Duration.ofDays(90);

    private final SystemDatabase database;

    AuditTrail(SystemDatabase database) {
        this.database = database;
    }

    /** The row of a change that begins. */
    static AuditRecord row(Instant now, Caller caller, String action, RoutingContext context) {
        String from = context.request().remoteAddress().hostAddress();
        return new AuditRecord(
                now.truncatedTo(ChronoUnit.MILLIS),
                caller.actor(),
                from == null ? "local" : from,
                action,
                context.normalizedPath(),
                RequestGate.requestId(context),
                AuditRecord.State.BEGUN,
                null,
                null);
    }

    void write(TenantName tenant, AuditRecord row) {
        database.commit(
                AtomicWrite.builder()
                        .set(key(tenant, row), SystemDatabase.value(row), Expiry.in(KEPT)));
    }

    /** Takes the row of a change back that was refused. */
    void forget(TenantName tenant, AuditRecord row) {
        database.commit(AtomicWrite.builder().delete(key(tenant, row)));
    }

    /** A page of a tenant's rows from a time on, newest first. */
    IdentityViews.Audit page(TenantName tenant, Instant since, ListOptions options) {
        List<Object> start = SystemRows.auditSince(tenant, since);
        Page<AuditRecord> page =
                database.page(
                        new KvSelector.PrefixFrom(
                                KvKey.of(SystemRows.audit(tenant)), KvKey.of(start)),
                        AuditRecord.class,
                        options.withOrder(Order.REVERSE));
        return new IdentityViews.Audit(page.values(), page.cursor());
    }

    private static KvKey key(TenantName tenant, AuditRecord row) {
        return KvKey.of(SystemRows.audit(tenant, row.time(), row.requestId()));
    }
}
