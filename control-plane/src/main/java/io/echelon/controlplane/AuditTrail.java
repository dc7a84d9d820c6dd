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
import io.echelon.tenants.SystemRows.AuditPlace;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who changed what, and who signed in, a row each, kept for {@link #KEPT}. The row of a change is
 * written before it and completed after it, so that no change is without one: what a crash
 * interrupts stays {@link AuditRecord.State#BEGUN}. A sign-in and its row are one commit.
 */
@Singleton
final class AuditTrail {
    static final Duration KEPT = Duration.ofDays(90);

    /** A row in a tenant's audit. */
    record Entry(TenantName tenant, AuditRecord row) {
        AuditPlace place() {
            return new AuditPlace(tenant, row.time(), row.requestId());
        }
    }

    private final SystemDatabase database;

    AuditTrail(SystemDatabase database) {
        this.database = database;
    }

    /** The row of a change that begins. */
    static AuditRecord row(Instant now, Caller caller, String action, RoutingContext context) {
        return row(now, caller.actor(), action, context);
    }

    /** The same, by the words for who it is. */
    static AuditRecord row(Instant now, String actor, String action, RoutingContext context) {
        String from = context.request().remoteAddress().hostAddress();
        return new AuditRecord(
                now.truncatedTo(ChronoUnit.MILLIS),
                actor,
                from == null ? "local" : from,
                action,
                context.normalizedPath(),
                RequestGate.requestId(context),
                AuditRecord.State.BEGUN,
                null,
                null);
    }

    void write(TenantName tenant, AuditRecord row) {
        database.commit(add(AtomicWrite.builder(), new Entry(tenant, row)));
    }

    /** Adds a row to a commit. */
    static AtomicWrite.Builder add(AtomicWrite.Builder write, Entry entry) {
        Expiry expiry = Expiry.in(KEPT);
        return write.set(key(entry.place()), SystemDatabase.value(entry.row()), expiry)
                .set(
                        KvKey.of(SystemRows.auditOfAll(entry.place())),
                        SystemDatabase.value(entry.place()),
                        expiry);
    }

    /** Takes the row of a change back that was refused. */
    void forget(TenantName tenant, AuditRecord row) {
        AuditPlace place = new Entry(tenant, row).place();
        database.commit(
                AtomicWrite.builder()
                        .delete(key(place))
                        .delete(KvKey.of(SystemRows.auditOfAll(place))));
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

    /** A page of the rows of all tenants, newest first. */
    IdentityViews.PlatformAudit pageOfAll(ListOptions options) {
        Page<AuditPlace> page =
                database.page(
                        SystemRows.auditOfAll(),
                        AuditPlace.class,
                        options.withOrder(Order.REVERSE));
        List<Optional<SystemDatabase.Row<AuditRecord>>> rows =
                database.getAll(
                        page.values().stream().map(AuditTrail::row).toList(), AuditRecord.class);
        List<IdentityViews.PlatformChange> changes = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            TenantName tenant = page.values().get(i).tenant();
            rows.get(i)
                    .ifPresent(
                            row ->
                                    changes.add(
                                            IdentityViews.PlatformChange.of(tenant, row.value())));
        }
        return new IdentityViews.PlatformAudit(changes, page.cursor());
    }

    private static KvKey key(AuditPlace place) {
        return KvKey.of(row(place));
    }

    private static List<Object> row(AuditPlace place) {
        return SystemRows.audit(place.tenant(), place.time(), place.requestId());
    }
}
