package io.echelon.edgeruntime;

import io.echelon.edgeruntime.SystemReader.AppState;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node as the platform's rows want it: revisions that are deployed are warm, hosts lead
 * to them, deleted ones are gone.
 *
 * <p>Warm are those revisions of an app that its host leads to, its newest, those being deployed,
 * and a few others that somebody asked for lately by their own host; older ones sleep in the store
 * and are {@link #wake}d. A host moves to another revision once that is warm here, and until then
 * leads to the old one. A revision that an app's host should lead to and that could not be loaded
 * is tried again, since what failed may have been the way to the store.
 *
 * <p><b>Thread safety.</b> Rows are read by one thread; revisions load on threads of their own; the
 * table that requests read is replaced as a whole.
 */
final class RevisionAgent implements Router, ProductionRevisions, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RevisionAgent.class);
    private static final int NEWEST = 5;
    private static final int AWAKE_MAX = 32;
    private static final int LOADS_MAX = 4;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    private record AppKey(TenantName tenant, AppName app) {
        static AppKey of(RevisionId id) {
            return new AppKey(id.tenant(), id.app());
        }
    }

    private final String node;
    private final SystemReader rows;
    private final RevisionLoader loader;
    private final IsolatePool pool;
    private final HostNames names;
    private final Targets targets;
    private final CronPlans crons;
    private final Duration lookAgain;
    private final Executor threads =
            task -> Thread.ofVirtual().name("echelon-revision-", 0).start(task);
    private final Semaphore loads = new Semaphore(LOADS_MAX);
    private final Semaphore changed = new Semaphore(1);
    private final CountDownLatch synced = new CountDownLatch(1);
    private final ConcurrentMap<RevisionId, CompletableFuture<Target>> loaded =
            new ConcurrentHashMap<>();
    private final ConcurrentMap<AppKey, AppRecord> apps = new ConcurrentHashMap<>();
    private final Map<AppKey, Set<RevisionId>> wanted = new HashMap<>();
    private final Map<AppKey, RouteRecord> production = new HashMap<>();
    private final LinkedHashSet<RevisionId> awake = new LinkedHashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile RouteTable table = RouteTable.EMPTY;
    private volatile boolean closed;
    private @Nullable KvKey lastChange;
    private @Nullable Thread thread;
    private @Nullable KvSubscription subscription;

    RevisionAgent(
            String node,
            SystemReader rows,
            RevisionLoader loader,
            IsolatePool pool,
            HostNames names,
            Targets targets,
            CronPlans crons) {
        this(node, rows, loader, pool, names, targets, crons, LOOK_AGAIN);
    }

    /**
     * @param lookAgain how long after the last news the rows are looked at all the same, and what
     *     could not be loaded is tried again
     */
    RevisionAgent(
            String node,
            SystemReader rows,
            RevisionLoader loader,
            IsolatePool pool,
            HostNames names,
            Targets targets,
            CronPlans crons,
            Duration lookAgain) {
        this.node = node;
        this.rows = rows;
        this.loader = loader;
        this.pool = pool;
        this.names = names;
        this.targets = targets;
        this.crons = crons;
        this.lookAgain = lookAgain;
    }

    /** Begins to follow the rows. */
    void start() {
        subscription =
                rows.database()
                        .watch(
                                List.of(KvKey.of(SystemRows.changeSignal())),
                                entries -> changed.release());
        thread = Thread.ofPlatform().daemon().name("echelon-agent").start(this::run);
    }

    /** Waits until everything that is deployed has been brought here once. */
    void awaitSynced() throws InterruptedException {
        synced.await();
    }

    @Override
    public @Nullable Route find(String host) {
        return table.find(host);
    }

    @Override
    public synchronized List<Target> production() {
        List<Target> targets = new ArrayList<>();
        for (AppKey key : production.keySet()) {
            Route route = table.find(names.production(key.tenant(), key.app()));
            if (route != null) {
                targets.add(route.main());
            }
        }
        return targets;
    }

    @Override
    public void onProductionChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public CompletionStage<@Nullable Target> wake(String host) {
        RevisionId id = names.parseRevision(host).orElse(null);
        AppRecord app = id == null ? null : apps.get(AppKey.of(id));
        if (id == null || app == null || id.number() > app.latest()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<@Nullable Target> result = new CompletableFuture<>();
        threads.execute(() -> result.complete(wakeUp(id)));
        return result;
    }

    @Override
    public void close() {
        closed = true;
        KvSubscription watching = subscription;
        if (watching != null) {
            watching.close();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        boolean first = true;
        while (!closed) {
            try {
                if (first) {
                    syncAll();
                    first = false;
                    synced.countDown();
                } else {
                    boolean news = changed.tryAcquire(lookAgain.toMillis(), TimeUnit.MILLISECONDS);
                    changed.drainPermits();
                    syncChanges();
                    if (!news) {
                        loadMissing();
                    }
                }
            } catch (InterruptedException closing) {
                return;
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                LOG.warnf("The platform's rows could not be read: %s", e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void syncAll() {
        KvKey newest = rows.lastChange();
        List<CompletableFuture<?>> under = new ArrayList<>();
        Set<AppKey> gone = new HashSet<>(apps.keySet());
        for (AppRecord app : rows.apps()) {
            gone.remove(new AppKey(app.tenant(), app.app()));
            under.addAll(refresh(app.tenant(), app.app()));
        }
        gone.forEach(this::forget);
        lastChange = newest;
        CompletableFuture.allOf(under.toArray(CompletableFuture[]::new))
                .exceptionally(failed -> null)
                .join();
        publish(); // the last to load may not have done so yet
    }

    private void syncChanges() {
        while (true) {
            SystemReader.Changes changes = rows.changesAfter(lastChange);
            if (changes.feed() == SystemReader.Feed.CUT) {
                syncAll();
                return;
            }
            if (changes.changes().isEmpty()) {
                return;
            }
            for (var change : new LinkedHashSet<>(changes.changes())) {
                var _ = refresh(change.tenant(), change.app());
            }
            lastChange = changes.last();
        }
    }

    /** Tries again to load what hosts should lead to. */
    private void loadMissing() {
        List<AppKey> missing;
        synchronized (this) {
            missing =
                    production.entrySet().stream()
                            .filter(
                                    route ->
                                            !loaded.keySet()
                                                    .containsAll(route.getValue().targets()))
                            .map(Map.Entry::getKey)
                            .toList();
        }
        for (AppKey key : missing) {
            var _ = refresh(key.tenant(), key.app());
        }
    }

    /** Brings one app to what its rows say; the stages are the loads that this began. */
    private List<CompletableFuture<?>> refresh(TenantName tenant, AppName name) {
        AppKey key = new AppKey(tenant, name);
        AppState state = rows.app(tenant, name, NEWEST);
        AppRecord app = state.app();
        if (app == null) {
            forget(key);
            return List.of();
        }
        apps.put(key, app);
        Set<RevisionId> keep = new HashSet<>();
        List<RevisionRecord> needed = new ArrayList<>();
        RouteRecord route = state.route();
        boolean newestFound = false;
        for (RevisionRecord revision : state.newest()) {
            boolean deploying = revision.state() == State.DEPLOYING;
            if (deploying || (revision.state() == State.READY && !newestFound)) {
                keep.add(revision.id());
                needed.add(revision);
            }
            newestFound |= revision.state() == State.READY;
        }
        if (route != null) {
            keep.addAll(route.targets());
            if (route.previous() != null) {
                keep.add(new RevisionId(tenant, name, route.previous()));
            }
        }
        synchronized (this) { // before any loads: what nobody wants is unloaded at once
            wanted.put(key, keep);
            if (route == null) {
                production.remove(key);
            } else {
                production.put(key, route);
            }
        }
        crons.routed(tenant, name, route);
        List<CompletableFuture<?>> under = new ArrayList<>();
        needed.forEach(revision -> under.add(load(revision)));
        if (route != null) {
            route.targets().forEach(id -> under.add(loadById(id)));
        }
        publish();
        unloadUnwanted();
        return under;
    }

    private CompletableFuture<Target> loadById(RevisionId id) {
        CompletableFuture<Target> known = loaded.get(id);
        if (known != null) {
            return known;
        }
        Optional<RevisionRecord> record = rows.revision(id);
        return record.isPresent()
                ? load(record.get())
                : CompletableFuture.failedFuture(new IllegalStateException("no such revision"));
    }

    /** Loads a revision unless that has been done or is under way. */
    private CompletableFuture<Target> load(RevisionRecord revision) {
        CompletableFuture<Target> fresh = new CompletableFuture<>();
        CompletableFuture<Target> known = loaded.putIfAbsent(revision.id(), fresh);
        if (known != null) {
            return known;
        }
        threads.execute(() -> load(revision, fresh));
        return fresh;
    }

    private void load(RevisionRecord revision, CompletableFuture<Target> result) {
        RevisionId id = revision.id();
        long start = System.nanoTime();
        loads.acquireUninterruptibly();
        try {
            report(revision, ReadinessRecord.State.FETCHING, null, start);
            RevisionLoader.Fetched fetched = loader.fetch(revision);
            report(revision, ReadinessRecord.State.WARMING, null, start);
            crons.loaded(id, loader.install(fetched));
            result.complete(
                    targets.of(
                            id,
                            fetched.manifest().limits(),
                            fetched.assets(),
                            new PermittedHosts(fetched.manifest().permissions().net()),
                            fetched.manifest().namedQueues().consumers()));
            publish();
            unloadUnwanted(); // it may have been deleted meanwhile
            report(revision, ReadinessRecord.State.READY, null, start);
        } catch (RuntimeException e) {
            loaded.remove(id, result);
            pool.remove(id);
            if (!(e instanceof EchelonException)) {
                LOG.errorf(e, "Revision %s could not be loaded", id);
            }
            String detail =
                    e instanceof EchelonException refusal
                            ? refusal.reason()
                            : "An internal error happened; the node's log has it";
            result.completeExceptionally(e);
            report(revision, ReadinessRecord.State.FAILED, detail, start);
        } finally {
            loads.release();
        }
    }

    private void report(
            RevisionRecord revision,
            ReadinessRecord.State state,
            @Nullable String detail,
            long startNanos) {
        if (revision.state() != State.DEPLOYING) {
            return;
        }
        try {
            rows.write(
                    new ReadinessRecord(
                            revision.id(),
                            node,
                            state,
                            detail,
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)));
        } catch (EchelonException e) {
            LOG.warnf("Readiness of %s could not be written: %s", revision.id(), e.getMessage());
        }
    }

    private @Nullable Target wakeUp(RevisionId id) {
        try {
            Optional<RevisionRecord> record = rows.revision(id);
            if (record.isEmpty() || record.get().state() != State.READY) {
                return null;
            }
            synchronized (this) {
                if (!apps.containsKey(AppKey.of(id))) {
                    return null;
                }
                awake.remove(id);
                awake.add(id);
                if (awake.size() > AWAKE_MAX) {
                    awake.removeFirst();
                }
            }
            Target target = load(record.get()).join();
            publish();
            unloadUnwanted();
            return target;
        } catch (RuntimeException e) {
            LOG.warnf("Revision %s could not be woken: %s", id, e.getMessage());
            return null;
        }
    }

    /** Makes the table that requests read anew. */
    private synchronized void publish() {
        Map<String, Route> hosts = new HashMap<>();
        loaded.forEach(
                (id, target) -> {
                    if (isLoaded(target)) {
                        hosts.put(names.revision(id), target.join());
                    }
                });
        production.forEach(
                (key, route) -> {
                    Target target = warm(route.target());
                    String host = names.production(key.tenant(), key.app());
                    Route before = table.find(host);
                    if (target != null) {
                        hosts.put(host, SplitRoute.of(route, target, this::warm, before));
                    } else if (before != null && pool.isInstalled(before.main().revision())) {
                        hosts.put(host, before.main());
                    }
                });
        table = new RouteTable(hosts);
        listeners.forEach(Runnable::run);
    }

    private synchronized void unloadUnwanted() {
        Set<RevisionId> serving = new HashSet<>();
        for (Target target : production()) {
            serving.add(target.revision());
        }
        boolean unloaded = false;
        for (RevisionId id : List.copyOf(loaded.keySet())) {
            CompletableFuture<Target> target = loaded.get(id);
            if (target == null
                    || !target.isDone()
                    || serving.contains(id)
                    || awake.contains(id)
                    || wanted.getOrDefault(AppKey.of(id), Set.of()).contains(id)) {
                continue;
            }
            loaded.remove(id);
            crons.unloaded(id);
            pool.remove(id);
            targets.unloaded(id);
            if (!apps.containsKey(AppKey.of(id))) {
                targets.forget(id.tenant(), id.app());
            }
            unloaded = true;
        }
        if (unloaded) {
            publish();
        }
    }

    private void forget(AppKey key) {
        synchronized (this) {
            apps.remove(key);
            wanted.remove(key);
            production.remove(key);
            awake.removeIf(id -> AppKey.of(id).equals(key));
        }
        crons.routed(key.tenant(), key.app(), null);
        publish();
        unloadUnwanted();
        targets.forget(key.tenant(), key.app());
    }

    private @Nullable Target warm(RevisionId id) {
        CompletableFuture<Target> target = loaded.get(id);
        return target != null && isLoaded(target) ? target.join() : null;
    }

    private static boolean isLoaded(CompletableFuture<Target> target) {
        return target.isDone() && !target.isCompletedExceptionally();
    }
}
