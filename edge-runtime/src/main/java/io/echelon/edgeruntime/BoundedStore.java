package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
        return new Bounded(store.database(name), this);
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

    private record Bounded(KvDatabase database, BoundedStore bounds) implements KvDatabase {
        @Override
        public CompletableFuture<CommitResult> commit(AtomicWrite write) {
            return bounds.commit(database, write);
        }

        @Override
        public String name() {
            return database.name();
        }

        @Override
        public CompletableFuture<UUID> id() {
            return database.id();
        }

        @Override
        public CompletableFuture<List<List<KvEntry>>> read(
                List<RangeRead> ranges, Consistency consistency) {
            return database.read(ranges, consistency);
        }

        @Override
        public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
            return database.watch(keys, watcher);
        }

        @Override
        public Optional<KvQueue> queue() {
            return database.queue();
        }

        @Override
        public KvSnapshot snapshot() {
            return database.snapshot();
        }
    }
}
