package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts databases that functions open by name into their tenant's list, as long as its quota lets
 * another one in.
 *
 * <p><b>Thread safety.</b> Any thread; nothing blocks.
 */
final class DatabaseRegister {
    private static final int TRIES = 10;
    private static final int LISTED_MAX = Quota.DATABASES_MAX + 50;

    private final KvDatabase system;
    private final TenantGates gates;
    private final ConcurrentMap<TenantName, Set<DatabaseRef>> listed = new ConcurrentHashMap<>();

    DatabaseRegister(KvDatabase system, TenantGates gates) {
        this.system = system;
        this.gates = gates;
    }

    /** Whether a database is known to be listed, so that {@link #admit} is not needed. */
    boolean isKnown(DatabaseRef database) {
        return listed.getOrDefault(database.tenant(), Set.of()).contains(database);
    }

    /** Looks again from here on: what was listed may have been deleted. */
    void forget() {
        listed.clear();
    }

    /**
     * Lists a database, or fails with OVER_QUOTA. Once a tenant's list was seen full, others are
     * refused without another look, until {@link #forget}.
     */
    CompletableFuture<@Nullable Void> admit(DatabaseRef database) {
        Set<DatabaseRef> seen = listed.get(database.tenant());
        if (seen != null) {
            refuseTooMany(database, seen.size());
        }
        return admit(database, TRIES);
    }

    private CompletableFuture<@Nullable Void> admit(DatabaseRef database, int tries) {
        KvKey row = KvKey.of(SystemRows.database(database));
        KvKey stamp = KvKey.of(SystemRows.databasesStamp(database.tenant()));
        KvSelector all = KvSelector.prefix(KvKey.of(SystemRows.databases(database.tenant())));
        return system.read(
                        List.of(
                                new RangeRead(
                                        all.first(), all.afterLast(), LISTED_MAX, Order.FORWARD),
                                RangeRead.of(stamp)),
                        Consistency.STRONG)
                .thenCompose(
                        found -> {
                            Set<DatabaseRef> seen = ConcurrentHashMap.newKeySet();
                            found.getFirst()
                                    .forEach(
                                            entry ->
                                                    seen.add(
                                                            Json.read(
                                                                    entry.value().data(),
                                                                    DatabaseRef.class)));
                            listed.put(database.tenant(), seen);
                            if (seen.contains(database)) {
                                return CompletableFuture.completedFuture(null);
                            }
                            refuseTooMany(database, seen.size());
                            Versionstamp before =
                                    found.get(1).stream()
                                            .findFirst()
                                            .map(KvEntry::versionstamp)
                                            .orElse(null);
                            KvValue value = KvValue.bytes(Json.bytes(database));
                            return system.commit(
                                            AtomicWrite.builder()
                                                    .check(stamp, before)
                                                    .set(stamp, value)
                                                    .set(row, value)
                                                    .build())
                                    .thenCompose(result -> committed(result, database, tries));
                        });
    }

    private CompletableFuture<@Nullable Void> committed(
            CommitResult result, DatabaseRef database, int tries) {
        return switch (result) {
            case CommitResult.Committed _ -> {
                listed.computeIfAbsent(database.tenant(), _ -> ConcurrentHashMap.newKeySet())
                        .add(database);
                yield CompletableFuture.completedFuture(null);
            }
            case CommitResult.Conflict _ -> {
                if (tries == 1) {
                    throw new EchelonException(
                            ErrorCode.UNAVAILABLE,
                            "Other databases of the tenant are being made; try again");
                }
                yield admit(database, tries - 1);
            }
        };
    }

    private void refuseTooMany(DatabaseRef database, int present) {
        long limit = gates.quotas(database.tenant()).limit(Quota.DATABASES);
        if (present >= limit) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "Database \"%s\" would be one more than the %,d that this tenant may have besides those of its apps (quota databases), and it has %,d; delete one with `edge kv delete-database`, or ask the operator for more"
                            .formatted(database.database(), limit, present));
        }
    }
}
