package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvPage;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.QueueDesk;
import io.echelon.kvstore.StoreDesk;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.DatabaseTokenRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Entries of tenants' databases, for those who look at them from outside functions. */
@Singleton
final class KvService {
    /** Room for what surrounds keys and values in a commit. */
    private static final int COMMIT_BYTES = KvLimits.COMMIT_MAX_BYTES / 2;

    private final KvStore store;
    private final QueueDesk queues;
    private final SystemDatabase system;
    private final QuotaRules quotas;
    private final StoreDesk stores;

    KvService(
            KvStore store,
            QueueDesk queues,
            SystemDatabase system,
            QuotaRules quotas,
            StoreDesk stores) {
        this.stores = stores;
        this.quotas = quotas;
        this.store = store;
        this.queues = queues;
        this.system = system;
    }

    /** A tenant's databases that have an entry or a token, or belong to an app. */
    List<DatabaseViews.Database> databases(TenantName tenant) {
        List<DatabaseViews.Database> databases = new ArrayList<>();
        Map<String, DatabaseSize> sizes = new HashMap<>();
        stores.sizes(DatabaseRef.storeNamesOf(tenant))
                .forEach(size -> sizes.put(size.name(), size));
        for (String name : names(tenant)) {
            DatabaseRef ref = new DatabaseRef(tenant, name);
            boolean isEmpty = SystemDatabase.await(part(ref)).isEmpty();
            int tokens =
                    system.all(SystemRows.databaseTokens(ref), DatabaseTokenRecord.class).size();
            if (!isEmpty || tokens > 0) {
                DatabaseSize size =
                        sizes.getOrDefault(ref.storeName(), new DatabaseSize(name, 0, 0, 0));
                databases.add(
                        new DatabaseViews.Database(
                                name,
                                tokens,
                                isEmpty,
                                size.bytes(),
                                size.entries(),
                                size.messages()));
            }
        }
        return databases;
    }

    /** Names of databases that a tenant's apps own, or that somebody wrote to from outside. */
    SortedSet<String> names(TenantName tenant) {
        SortedSet<String> names = new TreeSet<>();
        system.all(SystemRows.apps(tenant), AppRecord.class)
                .forEach(app -> names.add(app.value().app().value()));
        system.all(SystemRows.databases(tenant), DatabaseRef.class)
                .forEach(known -> names.add(known.value().database()));
        return names;
    }

    Optional<DatabaseViews.Entry> get(DatabaseRef ref, KvKey key) {
        return SystemDatabase.await(open(ref).get(key)).map(DatabaseViews.Entry::of);
    }

    DatabaseViews.Entries list(DatabaseRef ref, KvSelector selector, ListOptions options) {
        KvPage page = SystemDatabase.await(open(ref).list(selector, options));
        return new DatabaseViews.Entries(
                page.entries().stream().map(DatabaseViews.Entry::of).toList(),
                page.cursor().orElse(null));
    }

    /**
     * A page of what stands right below a prefix.
     *
     * @param limit most children of the page
     */
    DatabaseViews.Children children(
            DatabaseRef ref, KvKey prefix, int limit, @Nullable String cursor) {
        return KeyTree.below(open(ref), prefix, limit, cursor);
    }

    KvSubscription watch(DatabaseRef ref, List<KvKey> keys, KvWatcher watcher) {
        return open(ref).watch(keys, watcher);
    }

    DatabaseViews.Written set(
            DatabaseRef ref, KvKey key, JsonNode value, Expiry expiry, Expected expected) {
        AtomicWrite write = expected.check(key).set(key, KvValueJson.read(value), expiry).build();
        remember(ref);
        return new DatabaseViews.Written(KvKeyJson.write(key), commit(ref, write, expected));
    }

    DatabaseViews.Written delete(DatabaseRef ref, KvKey key, Expected expected) {
        return new DatabaseViews.Written(
                KvKeyJson.write(key),
                commit(ref, expected.check(key).delete(key).build(), expected));
    }

    /** Writes entries, a bounded number a commit. */
    void write(DatabaseRef ref, List<Mutation> mutations) {
        remember(ref);
        AtomicWrite.Builder batch = AtomicWrite.builder();
        int count = 0;
        long bytes = 0;
        for (Mutation mutation : mutations) {
            long size = AtomicWrite.builder().mutate(mutation).build().sizeBytes();
            if (count == KvLimits.MUTATIONS_MAX || bytes + size > COMMIT_BYTES) {
                commit(ref, batch.build());
                batch = AtomicWrite.builder();
                count = 0;
                bytes = 0;
            }
            batch.mutate(mutation);
            count++;
            bytes += size;
        }
        if (count > 0) {
            commit(ref, batch.build());
        }
    }

    KvSnapshot snapshot(DatabaseRef ref) {
        return open(ref).snapshot();
    }

    /** Revokes all tokens of a database, and then deletes all that it has, messages too. */
    void deleteAll(DatabaseRef ref) {
        AtomicWrite.Builder tokens =
                AtomicWrite.builder().delete(KvKey.of(SystemRows.database(ref)));
        system.keys(SystemRows.databaseTokens(ref)).forEach(tokens::delete);
        system.commit(tokens);
        queues.purge(ref.storeName(), KvQueue.Part.LIVE);
        queues.purge(ref.storeName(), KvQueue.Part.DEAD);
        List<KvEntry> entries = SystemDatabase.await(part(ref));
        while (!entries.isEmpty()) {
            AtomicWrite.Builder batch = AtomicWrite.builder();
            entries.forEach(entry -> batch.delete(entry.key()));
            commit(ref, batch.build());
            entries = SystemDatabase.await(part(ref));
        }
    }

    /** Puts the database into the tenant's list. */
    void remember(DatabaseRef ref) {
        List<Object> key = SystemRows.database(ref);
        if (system.get(key, DatabaseRef.class).isEmpty()) {
            quotas.requireRoom(
                    ref.tenant(),
                    Quota.DATABASES,
                    system.keys(SystemRows.databases(ref.tenant())).size(),
                    "Database \"%s\"".formatted(ref.database()));
            system.commit(AtomicWrite.builder().set(KvKey.of(key), SystemDatabase.value(ref)));
        }
    }

    private CompletableFuture<List<KvEntry>> part(DatabaseRef ref) {
        KvDatabase database = open(ref);
        return database.list(
                        KvSelector.prefix(KvKey.of(List.of())), ListOptions.DEFAULT.withLimit(500))
                .thenApply(KvPage::entries);
    }

    private KvDatabase open(DatabaseRef ref) {
        return store.database(ref.storeName());
    }

    private String commit(DatabaseRef ref, AtomicWrite write) {
        return commit(ref, write, new Expected.Anything());
    }

    private String commit(DatabaseRef ref, AtomicWrite write, Expected expected) {
        return switch (SystemDatabase.await(open(ref).commit(write))) {
            case CommitResult.Committed committed -> committed.versionstamp().toString();
            case CommitResult.Conflict _ ->
                    throw new EchelonException(ErrorCode.CONFLICT, expected.refusal());
        };
    }
}
