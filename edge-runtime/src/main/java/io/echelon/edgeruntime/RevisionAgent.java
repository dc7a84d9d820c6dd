package io.echelon.edgeruntime;

import io.echelon.edgeruntime.SystemReader.AppState;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.Kind;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node as the platform's rows want it: revisions that are deployed are warm, hosts lead
 * to them, deleted ones are gone.
 *
 * <p>A node that starts is ready when all that is deployed is warm, or {@link #PATIENCE} after it
 * began to read what is deployed, {@link #PATIENCE_LEAST} after it has read it: what is left then
 * is warmed a few at a time beside what is deployed meanwhile, and at once when somebody calls it.
 *
 * <p>Warm are those revisions of an app that its host leads to, its newest, those being deployed,
 * and a few others that somebody asked for lately by their own host; older ones sleep in the store
 * and are {@link #wake}d. A host moves to another revision once that is warm here, and until then
 * leads to the old one. A revision that an app's host should lead to and that could not be loaded
 * is tried again, since what failed may have been the way to the store.
 *
 * <p><b>Thread safety.</b> Rows are read by one thread; revisions load on threads of their own.
 */
final class RevisionAgent implements Router, ProductionRevisions, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RevisionAgent.class);
    private static final int NEWEST = 5;
    private static final int LOADS_MAX = 4;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    /** How long callers wait for a node on which much is deployed. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PATIENCE_LEAST = Duration.ofMillis(500);

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
    private final Backlog backlog = new Backlog();
    private final WarmRevisions warm;

    /** What was reported ready for a route that has not moved to it yet. */
    private final Map<RevisionId, ReadinessRecord> expected = new ConcurrentHashMap<>();

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
        this.warm = new WarmRevisions(pool, names, targets, crons, () -> !backlog.isEmpty());
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

    /** Waits until this node may serve. */
    void awaitSynced() throws InterruptedException {
        synced.await();
    }

    @Override
    public @Nullable Route find(String host) {
        return warm.find(host);
    }

    /** Where hosts lead, the revisions in the order of their apps, for who looks into the node. */
    List<String> routes() {
        return warm.production().stream()
                .map(target -> target.revision().toString())
                .sorted()
                .toList();
    }

    @Override
    public List<Target> production() {
        return warm.production();
    }

    @Override
    public void onProductionChange(Runnable listener) {
        warm.onProductionChange(listener);
    }

    @Override
    public CompletionStage<@Nullable Target> wake(String host) {
        RouteRecord route = warm.route(host);
        if (route != null) {
            return wakeProduction(route.target());
        }
        Asleep asleep = asleep(host);
        if (asleep == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<@Nullable Target> result = new CompletableFuture<>();
        threads.execute(() -> result.complete(wakeUp(asleep.revision())));
        return result;
    }

    @Override
    public @Nullable Asleep asleep(String host) {
        RouteRecord route = warm.route(host);
        if (route != null) {
            return new Asleep(route.target(), true);
        }
        RevisionId id = names.parseRevision(host).orElse(null);
        AppRecord app = id == null ? null : warm.app(id);
        return id == null || app == null || id.number() > app.latest()
                ? null
                : new Asleep(id, false);
    }

    @Override
    public @Nullable Target loaded(RevisionId revision) {
        return warm.loaded(revision);
    }

    /** Warms what an app's host leads to when its turn has not come; one that failed has a turn. */
    private CompletionStage<@Nullable Target> wakeProduction(RevisionId id) {
        CompletableFuture<@Nullable Target> result = new CompletableFuture<>();
        if (isSeenTo(id)) {
            threads.execute(() -> result.complete(loadedOrNot(id)));
        } else {
            result.complete(null);
        }
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

    private void syncAll() throws InterruptedException {
        long begun = System.nanoTime();
        KvKey newest = rows.lastChange();
        Set<AppKey> gone = warm.apps();
        rows.everyApp(
                NEWEST,
                (key, state) -> {
                    gone.remove(key);
                    refresh(key, state, backlog::add);
                });
        gone.forEach(warm::forget);
        lastChange = newest;
        long left = PATIENCE.toNanos() - (System.nanoTime() - begun);
        var _ =
                backlog.work(threads, this::settled, warm::tell)
                        .await(Math.max(left, PATIENCE_LEAST.toNanos()), TimeUnit.NANOSECONDS);
        backlog.calmDown();
    }

    private void syncChanges() throws InterruptedException {
        while (true) {
            SystemReader.Changes changes = rows.changesAfter(lastChange);
            if (changes.feed() == SystemReader.Feed.CUT) {
                syncAll();
                return;
            }
            if (changes.changes().isEmpty()) {
                return;
            }
            refresh(
                    changes.changes().stream()
                            .map(change -> new AppKey(change.tenant(), change.app()))
                            .distinct()
                            .toList(),
                    this::bring);
            lastChange = changes.last();
        }
    }

    /** Tries again to load what hosts should lead to. */
    private void loadMissing() {
        refresh(warm.appsWithout(this::isSeenTo), this::bring);
    }

    private boolean isSeenTo(RevisionId id) {
        return backlog.isPending(id) || warm.find(id) != null;
    }

    private void refresh(List<AppKey> apps, Consumer<RevisionId> bring) {
        rows.eachApp(apps, NEWEST, (key, state) -> refresh(key, state, bring));
    }

    /**
     * Brings one app to what its rows say.
     *
     * @param bring what becomes of revisions that should be warm; one that is being deployed is
     *     loaded at once
     */
    private void refresh(AppKey key, AppState state, Consumer<RevisionId> bring) {
        AppRecord app = state.app();
        if (app == null) {
            warm.forget(key);
            expected.keySet().removeIf(id -> AppKey.of(id).equals(key));
            return;
        }
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
                keep.add(new RevisionId(key.tenant(), key.app(), route.previous()));
            }
        }
        warm.want(app, keep, route); // before any loads: what nobody wants is unloaded at once
        crons.routed(key.tenant(), key.app(), route);
        if (route != null) {
            route.targets().forEach(bring);
        }
        for (RevisionRecord revision : needed) {
            if (revision.state() == State.DEPLOYING) {
                var _ = load(revision);
            } else {
                bring.accept(revision.id());
            }
        }
        warm.settle(key);
        if (route != null) {
            reportServing(route);
        }
    }

    /** Tells who deployed it that requests reach it here. */
    private void reportServing(RouteRecord route) {
        ReadinessRecord ready = expected.remove(route.target());
        if (ready != null) {
            threads.execute(() -> write(ready.serving()));
        }
        expected.keySet().removeIf(older -> isBefore(older, route));
    }

    private static boolean isBefore(RevisionId id, RouteRecord route) {
        return AppKey.of(id).equals(AppKey.of(route.target())) && id.number() < route.production();
    }

    private void bring(RevisionId id) {
        var _ = loadById(id);
    }

    private CompletableFuture<Target> loadById(RevisionId id) {
        CompletableFuture<Target> known = warm.find(id);
        if (known != null) {
            return known;
        }
        Optional<RevisionRecord> record = rows.revision(id);
        return record.isPresent()
                ? load(record.get())
                : CompletableFuture.failedFuture(new IllegalStateException("no such revision"));
    }

    /** Loads a revision; done once hosts lead to it as well. */
    private CompletableFuture<Target> settled(RevisionId id) {
        return loadById(id).whenComplete((_, _) -> warm.settle(AppKey.of(id)));
    }

    private @Nullable Target loadedOrNot(RevisionId id) {
        try {
            return loadById(id).join();
        } catch (RuntimeException failed) {
            return null; // and has been reported
        }
    }

    /** Loads a revision unless that has been done or is under way. */
    private CompletableFuture<Target> load(RevisionRecord revision) {
        CompletableFuture<Target> fresh = new CompletableFuture<>();
        while (!warm.add(revision.id(), fresh)) {
            CompletableFuture<Target> known = warm.find(revision.id());
            if (known != null) {
                return known;
            }
        }
        threads.execute(() -> load(revision, fresh));
        return fresh;
    }

    private void load(RevisionRecord revision, CompletableFuture<Target> result) {
        RevisionId id = revision.id();
        long start = System.nanoTime();
        loads.acquireUninterruptibly();
        try {
            long begun = System.nanoTime();
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
                            fetched.manifest().namedQueues().consumers(),
                            new Warmth(System.nanoTime() - begun)));
            warm.settle(AppKey.of(id)); // it may have been deleted meanwhile
            report(revision, ReadinessRecord.State.READY, null, start);
        } catch (RuntimeException e) {
            warm.remove(id, result);
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
        ReadinessRecord report =
                new ReadinessRecord(
                        revision.id(),
                        node,
                        state,
                        detail,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
        if (state == ReadinessRecord.State.READY && revision.kind() == Kind.PRODUCTION) {
            expected.put(revision.id(), report); // before the route can move to it
        }
        write(report);
    }

    private void write(ReadinessRecord report) {
        try {
            rows.write(report);
        } catch (EchelonException e) {
            LOG.warnf(
                    "Readiness of %s could not be written: %s", report.revision(), e.getMessage());
        }
    }

    private @Nullable Target wakeUp(RevisionId id) {
        try {
            Optional<RevisionRecord> record = rows.revision(id);
            if (record.isEmpty() || record.get().state() != State.READY) {
                return null;
            }
            if (!warm.wake(id)) {
                return null;
            }
            Target target = load(record.get()).join();
            warm.settle(AppKey.of(id));
            return target;
        } catch (RuntimeException e) {
            LOG.warnf("Revision %s could not be woken: %s", id, e.getMessage());
            return null;
        }
    }
}
