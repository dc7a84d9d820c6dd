package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Page;
import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.ListOptions;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Tenants: they come into being by name, or with the operator's first deployment into them, and go
 * when nothing is left in them. The tenant {@code default} is always there.
 */
@Singleton
final class TenantService {
    private final SystemDatabase database;
    private final KvService databases;
    private final InstantSource clock;

    TenantService(SystemDatabase database, KvService databases, InstantSource clock) {
        this.database = database;
        this.databases = databases;
        this.clock = clock;
    }

    IdentityViews.Tenants list(ListOptions options) {
        require(TenantName.DEFAULT);
        Page<TenantRecord> page = database.page(SystemRows.tenants(), TenantRecord.class, options);
        return new IdentityViews.Tenants(
                page.values().stream().map(IdentityViews.Tenant::of).toList(), page.cursor());
    }

    /** The row of a tenant that is there. */
    Row<TenantRecord> require(TenantName tenant) {
        Optional<Row<TenantRecord>> found = find(tenant);
        if (found.isEmpty() && tenant.equals(TenantName.DEFAULT)) {
            database.commit(begin(tenant, found));
            found = find(tenant);
        }
        return found.orElseThrow(
                () ->
                        new EchelonException(
                                ErrorCode.NOT_FOUND,
                                "There is no tenant \"%s\"; `edge tenants create %s` makes it"
                                        .formatted(tenant, tenant)));
    }

    Optional<Row<TenantRecord>> find(TenantName tenant) {
        return database.get(SystemRows.tenant(tenant), TenantRecord.class);
    }

    TenantRecord create(TenantName tenant) {
        if (!database.commit(begin(tenant, Optional.empty()))) {
            throw new EchelonException(
                    ErrorCode.CONFLICT, "There is a tenant \"%s\" already".formatted(tenant));
        }
        return require(tenant).value();
    }

    /**
     * The beginning of a commit that loses against every other one by which what is in the tenant,
     * or who may do what there, changes; the tenant comes into being with it when it was not there.
     */
    AtomicWrite.Builder begin(TenantName tenant, Optional<Row<TenantRecord>> found) {
        KvKey key = KvKey.of(SystemRows.tenant(tenant));
        TenantRecord record =
                found.map(Row::value)
                        .orElseGet(
                                () ->
                                        new TenantRecord(
                                                tenant,
                                                clock.instant().truncatedTo(ChronoUnit.MILLIS)));
        return AtomicWrite.builder()
                .check(key, SystemDatabase.stamp(found))
                .set(key, SystemDatabase.value(record));
    }

    /** Deletes a tenant that has neither apps nor data, with its members, tokens and usage. */
    void delete(TenantName tenant) {
        if (tenant.equals(TenantName.DEFAULT)) {
            throw new EchelonException(
                    ErrorCode.CONFLICT, "The tenant \"default\" is always there");
        }
        Conflicts.retry("The deletion of tenant \"%s\"".formatted(tenant), () -> tryDelete(tenant));
        for (UsageStep step : UsageStep.values()) {
            database.deleteAll(UsageRows.of(step, tenant));
        }
    }

    /** From when on the rows of a tenant's audit are those of the tenant that is there now. */
    Instant auditBegin(TenantName tenant) {
        return database.get(SystemRows.tenantEnd(tenant), Instant.class)
                .map(Row::value)
                .orElse(Instant.EPOCH);
    }

    private Optional<Boolean> tryDelete(TenantName tenant) {
        Row<TenantRecord> row = require(tenant);
        requireEmpty(tenant);
        KvKey key = KvKey.of(SystemRows.tenant(tenant));
        AtomicWrite.Builder write =
                AtomicWrite.builder()
                        .check(key, row.stamp())
                        .delete(key)
                        .set(
                                KvKey.of(SystemRows.tenantEnd(tenant)),
                                SystemDatabase.value(clock.instant().plusMillis(1)),
                                Expiry.in(AuditTrail.KEPT));
        write.delete(KvKey.of(SystemRows.dataKey(tenant)));
        write.delete(KvKey.of(SystemRows.quotas(tenant)));
        for (Row<MemberRecord> member :
                database.all(SystemRows.members(tenant), MemberRecord.class)) {
            MemberService.delete(write, member.value());
        }
        for (Row<AccessTokenRecord> token :
                database.all(SystemRows.accessTokens(tenant), AccessTokenRecord.class)) {
            AccessTokenService.delete(write, token.value());
        }
        return database.commit(write) ? Optional.of(true) : Optional.empty();
    }

    private void requireEmpty(TenantName tenant) {
        List<KvKey> apps = database.keys(SystemRows.apps(tenant));
        if (!apps.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "Tenant \"%s\" has %d apps; `edge delete` deletes one, and then the tenant can go"
                            .formatted(tenant, apps.size()));
        }
        List<DatabaseViews.Database> left = databases.databases(tenant);
        if (!left.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "Tenant \"%s\" has data in %d databases, \"%s\" among them; `edge kv delete-database` deletes one, and then the tenant can go"
                            .formatted(tenant, left.size(), left.getFirst().name()));
        }
    }
}
