package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.SystemRows.AppChange;
import io.echelon.tenants.TenantName;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The platform's own rows as a node reads and writes them.
 *
 * <p><b>Failure.</b> An {@link EchelonException}; {@code UNAVAILABLE} when the store does not
 * answer.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class SystemReader {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final int CHANGES_AT_ONCE = 500;
    private static final int APPS_AT_ONCE = 64;

    /** An app, its route, and its newest revisions, newest first. */
    record AppState(
            @Nullable AppRecord app, @Nullable RouteRecord route, List<RevisionRecord> newest) {}

    /** Whether changes may be missing between the one that was asked about and those given. */
    enum Feed {
        WHOLE,
        /** The one asked about is gone, so others after it may be. */
        CUT
    }

    /**
     * What changed.
     *
     * @param last the key of the last change; null when there was none
     */
    record Changes(List<AppChange> changes, @Nullable KvKey last, Feed feed) {}

    private final KvDatabase database;

    SystemReader(KvDatabase database) {
        this.database = database;
    }

    KvDatabase database() {
        return database;
    }

    /** What a row says; does not block. */
    static <T> CompletableFuture<Optional<T>> find(
            KvDatabase system, List<Object> key, Class<T> type) {
        return system.get(KvKey.of(key)).thenApply(found -> found.map(entry -> read(entry, type)));
    }

    /**
     * What is known of all apps. Each of an app's rows is as it was at some moment between the call
     * and when they are given.
     *
     * @param newest how many revisions of each to read, 1 to 100
     */
    void everyApp(int newest, BiConsumer<AppKey, AppState> taker) {
        Map<AppKey, AppRecord> apps = new LinkedHashMap<>();
        for (AppRecord app : all(SystemRows.apps(), AppRecord.class)) {
            apps.put(new AppKey(app.tenant(), app.app()), app);
        }
        Map<AppKey, RouteRecord> routes = new HashMap<>();
        for (RouteRecord route : all(SystemRows.routes(), RouteRecord.class)) {
            routes.put(new AppKey(route.tenant(), route.app()), route);
        }
        inTurn(
                apps.keySet(),
                key ->
                        newest(key, newest)
                                .thenApply(
                                        revisions ->
                                                new AppState(
                                                        apps.get(key), routes.get(key), revisions)),
                taker);
    }

    /**
     * What is known of some apps, in their order, as {@link #everyApp} says.
     *
     * @param newest how many revisions of each to read, 1 to 100
     */
    void eachApp(List<AppKey> apps, int newest, BiConsumer<AppKey, AppState> taker) {
        inTurn(apps, key -> ask(key, newest), taker);
    }

    /** Asks about several apps at a time, and gives the answers in the apps' order. */
    private static void inTurn(
            Collection<AppKey> apps,
            Function<AppKey, CompletableFuture<AppState>> ask,
            BiConsumer<AppKey, AppState> taker) {
        Deque<CompletableFuture<AppState>> asked = new ArrayDeque<>();
        Iterator<AppKey> next = apps.iterator();
        for (AppKey app : apps) {
            while (next.hasNext() && asked.size() < APPS_AT_ONCE) {
                asked.add(ask.apply(next.next()));
            }
            taker.accept(app, await(asked.remove()));
        }
    }

    private CompletableFuture<AppState> ask(AppKey key, int newest) {
        CompletableFuture<List<Optional<KvEntry>>> rows =
                database.get(
                        List.of(
                                KvKey.of(SystemRows.app(key.tenant(), key.app())),
                                KvKey.of(SystemRows.route(key.tenant(), key.app()))),
                        Consistency.STRONG);
        return rows.thenCombine(
                newest(key, newest),
                (found, revisions) ->
                        new AppState(
                                found.get(0)
                                        .map(entry -> read(entry, AppRecord.class))
                                        .orElse(null),
                                found.get(1)
                                        .map(entry -> read(entry, RouteRecord.class))
                                        .orElse(null),
                                revisions));
    }

    private CompletableFuture<List<RevisionRecord>> newest(AppKey key, int most) {
        return database.list(
                        KvSelector.prefix(KvKey.of(SystemRows.revisions(key.tenant(), key.app()))),
                        ListOptions.DEFAULT.withLimit(most).withOrder(Order.REVERSE))
                .thenApply(
                        page ->
                                page.entries().stream()
                                        .map(entry -> read(entry, RevisionRecord.class))
                                        .toList());
    }

    /** All revisions of all apps. */
    List<RevisionRecord> revisions() {
        return all(SystemRows.revisions(), RevisionRecord.class);
    }

    Optional<RevisionRecord> revision(RevisionId id) {
        return await(database.get(KvKey.of(SystemRows.revision(id))))
                .map(entry -> read(entry, RevisionRecord.class));
    }

    Optional<DataKeyRecord> dataKey(TenantName tenant) {
        return await(database.get(KvKey.of(SystemRows.dataKey(tenant))))
                .map(entry -> read(entry, DataKeyRecord.class));
    }

    /** All hosts of tenants' own, verified or not. */
    List<DomainRecord> domains() {
        return all(SystemRows.domains(), DomainRecord.class);
    }

    /** What the operator has decided about nodes, as far as it is known here. */
    List<NodeOrder> orders() {
        return knownHere(SystemRows.nodeOrders(), NodeOrder.class);
    }

    /** The nodes that are alive, as far as it is known here. */
    List<NodeRecord> nodes() {
        return knownHere(SystemRows.nodes(), NodeRecord.class);
    }

    /** Where nodes of other machines reach those that have the store. */
    List<URI> clusterAddresses() {
        return Stream.concat(
                        nodes().stream(),
                        knownHere(SystemRows.knownNodes(), NodeRecord.class).stream())
                .filter(node -> !node.hasJoined())
                .map(NodeRecord::cluster)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
    }

    /** Whether a host is a tenant's own, shown to be so. */
    boolean isVerified(String host) {
        try {
            return await(database.get(KvKey.of(SystemRows.domainOwner(new DomainName(host)))))
                    .isPresent();
        } catch (EchelonException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                throw e;
            }
            return false; // it is not even a name
        }
    }

    private <T> List<T> all(List<Object> prefix, Class<T> type) {
        return await(database.listAll(KvSelector.prefix(KvKey.of(prefix)))).stream()
                .map(entry -> read(entry, type))
                .toList();
    }

    private <T> List<T> knownHere(List<Object> prefix, Class<T> type) {
        return await(
                        database.list(
                                KvSelector.prefix(KvKey.of(prefix)),
                                ListOptions.DEFAULT
                                        .withLimit(KvLimits.READ_ENTRIES_MAX)
                                        .withConsistency(Consistency.EVENTUAL)))
                .entries()
                .stream()
                .map(entry -> read(entry, type))
                .toList();
    }

    Optional<CertificateRecord> certificate(DomainName host) {
        return await(database.get(KvKey.of(SystemRows.certificate(host))))
                .map(entry -> read(entry, CertificateRecord.class));
    }

    /** The key of the newest change; null when there is none. */
    @Nullable KvKey lastChange() {
        return await(
                        database.list(
                                KvSelector.prefix(KvKey.of(SystemRows.changes())),
                                ListOptions.DEFAULT.withLimit(1).withOrder(Order.REVERSE)))
                .entries()
                .stream()
                .findFirst()
                .map(KvEntry::key)
                .orElse(null);
    }

    /** The changes after one, oldest first, a bounded number. */
    Changes changesAfter(@Nullable KvKey last) {
        KvKey prefix = KvKey.of(SystemRows.changes());
        KvSelector selector =
                last == null ? KvSelector.prefix(prefix) : new KvSelector.PrefixFrom(prefix, last);
        List<KvEntry> entries =
                await(database.list(selector, ListOptions.DEFAULT.withLimit(CHANGES_AT_ONCE)))
                        .entries();
        List<KvEntry> fresh = entries.stream().filter(entry -> !entry.key().equals(last)).toList();
        return new Changes(
                fresh.stream().map(entry -> read(entry, AppChange.class)).toList(),
                fresh.isEmpty() ? last : fresh.getLast().key(),
                last == null || fresh.size() < entries.size() ? Feed.WHOLE : Feed.CUT);
    }

    void write(ReadinessRecord readiness) {
        write(
                SystemRows.readiness(readiness.revision(), readiness.node()),
                readiness,
                Expiry.NEVER);
    }

    void write(NodeRecord node, Duration expiry) {
        write(SystemRows.node(node.id()), node, Expiry.in(expiry));
    }

    /** Has a node be known as one of the platform's, until it is removed or for that long. */
    void writeKnown(NodeRecord node, Duration expiry) {
        write(SystemRows.knownNode(node.id()), node, Expiry.in(expiry));
    }

    /**
     * Has a node be neither alive nor known.
     *
     * @param patience longest wait, since those who could agree to it may be stopping as well
     */
    void removeNode(String id, Duration patience) {
        KvAnswers.await(
                database.commit(
                        AtomicWrite.builder()
                                .delete(KvKey.of(SystemRows.node(id)))
                                .delete(KvKey.of(SystemRows.knownNode(id)))
                                .build()),
                patience);
    }

    /**
     * Writes a row, again when the answer is lost: it says the same however often it is written.
     */
    private void write(List<Object> key, Object record, Expiry expiry) {
        AtomicWrite write =
                AtomicWrite.builder()
                        .set(KvKey.of(key), KvValue.bytes(Json.bytes(record)), expiry)
                        .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                await(database.commit(write));
                return;
            } catch (EchelonException e) {
                if (e.code() != ErrorCode.UNAVAILABLE
                        || Thread.currentThread().isInterrupted()
                        || System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
    }

    private static <T> T read(KvEntry entry, Class<T> type) {
        return Json.read(entry.value().data(), type);
    }

    private static <T> T await(CompletableFuture<T> future) {
        return KvAnswers.await(future, PATIENCE);
    }
}
