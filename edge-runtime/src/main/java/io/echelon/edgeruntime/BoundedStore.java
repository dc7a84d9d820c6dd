package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store that takes no commit with which a tenant's databases would hold more than its quota
 * allows: such a commit fails with OVER_QUOTA and is not in the log.
 *
 * <p>What they hold is what this node's replica has applied, and all that is under way through this
 * node, as if nothing of it replaced anything. Only a commit that would be too large by that is
 * looked at more closely, beside the rows that it replaces; one that makes its database no larger
 * is always taken. What other nodes have under way is not known here.
 *
 * @param store where commits go
 * @param held the same as the files of this node have it
 */
record BoundedStore(KvStore store, HeldStore held, TenantGates gates) implements KvStore {

    @Override
    public KvDatabase database(String name) {
        KvDatabase database = store.database(name);
        return new PassingDatabase(database, write -> commit(database, write));
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        return store.queues();
    }

    @Override
    public void close() {
        store.close();
    }

    private CompletableFuture<CommitResult> commit(KvDatabase database, AtomicWrite write) {
        long most = held.growthAtMost(database.name(), write);
        TenantName tenant =
                most == 0
                        ? null
                        : DatabaseRef.ofStoreName(database.name())
                                .map(DatabaseRef::tenant)
                                .orElse(null);
        if (tenant == null) {
            return database.commit(write);
        }
        TenantGate gate = gates.of(tenant);
        String theirs = DatabaseRef.storeNamesOf(tenant);
        if (gate.takeKvBytes(most, held.bytes(theirs))) {
            return commit(database, write, gate, most);
        }
        return held.growth(database.name(), write)
                .thenCompose(
                        growth -> {
                            if (growth <= 0) {
                                return database.commit(write);
                            }
                            long stored = held.bytes(theirs);
                            return gate.takeKvBytes(growth, stored)
                                    ? commit(database, write, gate, growth)
                                    : CompletableFuture.failedFuture(
                                            new EchelonException(
                                                    ErrorCode.OVER_QUOTA,
                                                    gate.kvBytesRefusal(growth, stored)));
                        });
    }

    private static CompletableFuture<CommitResult> commit(
            KvDatabase database, AtomicWrite write, TenantGate gate, long taken) {
        try {
            return database.commit(write).whenComplete((_, _) -> gate.giveBackKvBytes(taken));
        } catch (RuntimeException e) {
            gate.giveBackKvBytes(taken);
            throw e;
        }
    }
}
