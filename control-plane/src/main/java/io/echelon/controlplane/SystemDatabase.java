package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvPage;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The platform's rows, typed. Calls block: they are for virtual threads.
 *
 * <p>Failure: {@link EchelonException}, UNAVAILABLE among them when the store does not answer.
 */
@Singleton
final class SystemDatabase {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration AGAIN = Duration.ofMillis(100);

    /** Longer than a commit can be under way. */
    private static final Duration COMMIT_REMEMBERED = Duration.ofMinutes(2);

    /** Changes are kept for nodes that were away; who was away longer reads everything. */
    private static final Duration CHANGES_KEPT = Duration.ofDays(7);

    /** A row that was read, and the stamp under which it was read. */
    record Row<T>(T value, Versionstamp stamp) {}

    /** Rows in order, and where the next ones begin. */
    record Page<T>(List<T> values, @Nullable String cursor) {}

    private final KvDatabase database;

    SystemDatabase(KvStore store) {
        this.database = store.database(SystemRows.DATABASE);
    }

    <T> Optional<Row<T>> get(List<Object> key, Class<T> type) {
        return await(database.get(KvKey.of(key))).map(entry -> row(entry, type));
    }

    /** What a key holds, for who may not block. */
    <T> CompletableFuture<Optional<T>> find(List<Object> key, Class<T> type) {
        return database.get(KvKey.of(key))
                .thenApply(found -> found.map(entry -> row(entry, type).value()));
    }

    /** What keys hold, in their order; each few are one snapshot, all together are not. */
    <T> List<Optional<Row<T>>> getAll(List<List<Object>> keys, Class<T> type) {
        List<KvKey> asKeys = keys.stream().map(KvKey::of).toList();
        List<CompletableFuture<List<Optional<KvEntry>>>> reads = new ArrayList<>();
        for (int i = 0; i < asKeys.size(); i += KvLimits.READ_RANGES_MAX) {
            reads.add(
                    database.get(
                            asKeys.subList(
                                    i, Math.min(asKeys.size(), i + KvLimits.READ_RANGES_MAX)),
                            Consistency.STRONG));
        }
        return reads.stream()
                .flatMap(read -> await(read).stream())
                .map(entry -> entry.map(found -> row(found, type)))
                .toList();
    }

    /** Returns when the store has answered. */
    void ping(Duration patience) {
        await(database.get(KvKey.of(SystemRows.changeSignal())), patience);
    }

    /** All rows below a prefix. */
    <T> List<Row<T>> all(List<Object> prefix, Class<T> type) {
        return await(database.listAll(KvSelector.prefix(KvKey.of(prefix)))).stream()
                .map(entry -> row(entry, type))
                .toList();
    }

    /** A page of the rows below a prefix. */
    <T> Page<T> page(List<Object> prefix, Class<T> type, ListOptions options) {
        return page(KvSelector.prefix(KvKey.of(prefix)), type, options);
    }

    /** A page of the rows that a selector covers. */
    <T> Page<T> page(KvSelector selector, Class<T> type, ListOptions options) {
        KvPage page = await(database.list(selector, options));
        return new Page<>(
                page.entries().stream().map(entry -> row(entry, type).value()).toList(),
                page.cursor().orElse(null));
    }

    List<NodeRecord> nodes() {
        return all(SystemRows.nodes(), NodeRecord.class).stream().map(Row::value).toList();
    }

    /** Names of nodes that belong to the platform and are not alive. */
    List<String> awayNodes() {
        Set<String> alive = nodes().stream().map(NodeRecord::id).collect(Collectors.toSet());
        return all(SystemRows.knownNodes(), NodeRecord.class).stream()
                .map(row -> row.value().id())
                .filter(id -> !alive.contains(id))
                .toList();
    }

    /** Where nodes of other machines reach those that have the store. */
    List<URI> clusterAddresses() {
        return Stream.of(SystemRows.nodes(), SystemRows.knownNodes())
                .flatMap(prefix -> all(prefix, NodeRecord.class).stream())
                .map(Row::value)
                .filter(node -> !node.hasJoined())
                .map(NodeRecord::cluster)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
    }

    List<ReadinessRecord> readiness(RevisionId id) {
        return all(SystemRows.readiness(id), ReadinessRecord.class).stream()
                .map(Row::value)
                .toList();
    }

    /** Tells all rows that a selector covers, one after the other. */
    <T> void scan(KvSelector selector, Class<T> type, BiConsumer<KvKey, T> each) {
        ListOptions options = ListOptions.DEFAULT.withLimit(KvLimits.READ_ENTRIES_MAX);
        KvPage page = await(database.list(selector, options));
        while (true) {
            page.entries().forEach(entry -> each.accept(entry.key(), row(entry, type).value()));
            if (page.cursor().isEmpty()) {
                return;
            }
            page = await(database.list(selector, options.withCursor(page.cursor().orElseThrow())));
        }
    }

    /** The first key that a selector covers. */
    Optional<KvKey> firstKey(KvSelector selector) {
        return await(database.list(selector, ListOptions.DEFAULT.withLimit(1))).entries().stream()
                .findFirst()
                .map(KvEntry::key);
    }

    /** Deletes all rows below a prefix; not in one commit. */
    void deleteAll(List<Object> prefix) {
        List<KvKey> keys = keys(prefix);
        for (int i = 0; i < keys.size(); i += KvLimits.MUTATIONS_MAX) {
            AtomicWrite.Builder write = AtomicWrite.builder();
            keys.subList(i, Math.min(keys.size(), i + KvLimits.MUTATIONS_MAX))
                    .forEach(write::delete);
            var _ = commit(write);
        }
    }

    /** Keys below a prefix. */
    List<KvKey> keys(List<Object> prefix) {
        return await(database.listAll(KvSelector.prefix(KvKey.of(prefix)))).stream()
                .map(KvEntry::key)
                .toList();
    }

    KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        return database.watch(keys, watcher);
    }

    /**
     * Whether the commit happened; false when a check did not hold.
     *
     * <p>A commit whose answer is lost, as when the node that was asked dies, is tried again for as
     * long as the store is waited for. It leaves a row behind that no other has and that must not
     * be there yet: so it happens once, and one that finds that row has happened.
     */
    boolean commit(AtomicWrite.Builder write) {
        KvKey mark = KvKey.of(SystemRows.commit(UUID.randomUUID().toString()));
        AtomicWrite marked =
                write.checkAbsent(mark)
                        .set(mark, KvValue.bytes(new byte[0]), Expiry.in(COMMIT_REMEMBERED))
                        .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean isLost = false;
        while (true) {
            try {
                return switch (await(database.commit(marked))) {
                    case CommitResult.Committed _ -> true;
                    case CommitResult.Conflict _ -> isLost && await(database.get(mark)).isPresent();
                };
            } catch (EchelonException e) {
                if (e.code() != ErrorCode.UNAVAILABLE
                        || Thread.currentThread().isInterrupted()
                        || System.nanoTime() - end > 0) {
                    throw e;
                }
                isLost = true;
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
    }

    /** The same for who may not block. */
    CompletableFuture<CommitResult> submit(AtomicWrite.Builder write) {
        return database.commit(write.build());
    }

    /** The beginning of a commit that nodes are told of. */
    static AtomicWrite.Builder change(TenantName tenant, AppName app) {
        return change(AtomicWrite.builder(), tenant, app);
    }

    /** The same, added to a commit that others began. */
    static AtomicWrite.Builder change(AtomicWrite.Builder begun, TenantName tenant, AppName app) {
        KvValue change = value(new SystemRows.AppChange(tenant, app));
        return begun.mutate(
                        new Mutation.SetVersionstamped(
                                KvKey.of(SystemRows.changes()), change, Expiry.in(CHANGES_KEPT)))
                .set(KvKey.of(SystemRows.changeSignal()), change);
    }

    static KvValue value(Object record) {
        return KvValue.bytes(Json.bytes(record));
    }

    static <T> Row<T> row(KvEntry entry, Class<T> type) {
        return new Row<>(Json.read(entry.value().data(), type), entry.versionstamp());
    }

    /** The stamp of a row, or null when there is none, as checks want it. */
    static @Nullable Versionstamp stamp(Optional<? extends Row<?>> row) {
        return row.isPresent() ? row.get().stamp() : null;
    }

    /** What the store answers; a refusal is thrown as it is. */
    static <T> T await(CompletableFuture<T> future) {
        return await(future, PATIENCE);
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EchelonException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("The store failed", e.getCause());
        } catch (TimeoutException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store did not answer within %d seconds; try again"
                            .formatted(patience.toSeconds()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The control plane is shutting down; try again", e);
        }
    }
}
