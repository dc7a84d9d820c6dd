package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is warm on this node, or about to be, and which host leads to it. What an app's rows say is
 * told by {@link RevisionAgent}; what none of them wants is unloaded.
 *
 * <p><b>Thread safety.</b> May be used from any thread; requests read the table without a lock.
 */
final class WarmRevisions implements ProductionRevisions {
    /** How many are kept that only somebody asked for by their own hosts. */
    private static final int AWAKE_MAX = 32;

    private static final long TELL_NANOS = 1_000_000_000L;

    private final IsolatePool pool;
    private final HostNames names;
    private final Targets targets;
    private final CronPlans crons;
    private final BooleanSupplier busy;
    private final ConcurrentMap<RevisionId, CompletableFuture<Target>> warmings =
            new ConcurrentHashMap<>();
    private final ConcurrentMap<AppKey, AppRecord> apps = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, RouteRecord> routes = new ConcurrentHashMap<>();
    private final Map<AppKey, Set<RevisionId>> byApp = new HashMap<>();
    private final Map<AppKey, Set<RevisionId>> wanted = new HashMap<>();
    private final Map<AppKey, RouteRecord> production = new HashMap<>();
    private final LinkedHashSet<RevisionId> awake = new LinkedHashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final RouteTable table = new RouteTable(Map.of());
    private long toldNanos = System.nanoTime() - TELL_NANOS;

    /**
     * @param busy whether so much is being warmed that listeners are told of it once a second
     */
    WarmRevisions(
            IsolatePool pool,
            HostNames names,
            Targets targets,
            CronPlans crons,
            BooleanSupplier busy) {
        this.pool = pool;
        this.names = names;
        this.targets = targets;
        this.crons = crons;
        this.busy = busy;
    }

    /** Where a host leads now; null when what it should lead to is not warm. */
    @Nullable Route find(String host) {
        return table.find(host);
    }

    /** Where an app's own host should lead; null when the host is none. */
    @Nullable RouteRecord route(String host) {
        return routes.get(host);
    }

    @Override
    public synchronized List<Target> production() {
        List<Target> found = new ArrayList<>();
        for (AppKey key : production.keySet()) {
            Route route = table.find(host(key));
            if (route != null) {
                found.add(route.main());
            }
        }
        return found;
    }

    @Override
    public void onProductionChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Tells listeners what is in production. */
    void tell() {
        listeners.forEach(Runnable::run);
    }

    @Nullable AppRecord app(RevisionId id) {
        return apps.get(AppKey.of(id));
    }

    Set<AppKey> apps() {
        return new HashSet<>(apps.keySet());
    }

    /** Apps whose routes have a revision that is not as wished. */
    synchronized List<AppKey> appsWithout(Predicate<RevisionId> wish) {
        return production.entrySet().stream()
                .filter(route -> !route.getValue().targets().stream().allMatch(wish))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The warming of a revision; null when it was not begun. */
    @Nullable CompletableFuture<Target> find(RevisionId id) {
        return warmings.get(id);
    }

    /** Notes that a revision is being warmed, unless another warming of it was noted before. */
    boolean add(RevisionId id, CompletableFuture<Target> warming) {
        if (warmings.putIfAbsent(id, warming) != null) {
            return false;
        }
        synchronized (this) {
            byApp.computeIfAbsent(AppKey.of(id), _ -> new HashSet<>()).add(id);
        }
        return true;
    }

    /** Forgets a warming that failed. */
    synchronized void remove(RevisionId id, CompletableFuture<Target> warming) {
        if (!warmings.remove(id, warming)) {
            return;
        }
        table.set(names.revision(id), null);
        AppKey key = AppKey.of(id);
        Set<RevisionId> others = byApp.getOrDefault(key, Set.of());
        others.remove(id);
        if (others.isEmpty()) {
            byApp.remove(key);
        }
    }

    /**
     * Notes what an app's rows say.
     *
     * @param keep revisions that stay when they are warm
     * @param route null for none
     */
    synchronized void want(AppRecord app, Set<RevisionId> keep, @Nullable RouteRecord route) {
        AppKey key = new AppKey(app.tenant(), app.app());
        apps.put(key, app);
        wanted.put(key, keep);
        if (route == null) {
            production.remove(key);
            routes.remove(host(key));
        } else {
            production.put(key, route);
            routes.put(host(key), route);
        }
    }

    /**
     * Has a revision stay although the app's rows do not want it, until as many others were asked
     * for.
     *
     * @return whether its app is there
     */
    boolean wake(RevisionId id) {
        RevisionId tired = null;
        synchronized (this) {
            if (!apps.containsKey(AppKey.of(id))) {
                return false;
            }
            awake.remove(id);
            awake.add(id);
            if (awake.size() > AWAKE_MAX) {
                tired = awake.removeFirst();
            }
        }
        if (tired != null) {
            settle(AppKey.of(tired));
        }
        return true;
    }

    /** Forgets an app that is gone, and what is warm of it. */
    void forget(AppKey key) {
        synchronized (this) {
            apps.remove(key);
            wanted.remove(key);
            production.remove(key);
            routes.remove(host(key));
            awake.removeIf(id -> AppKey.of(id).equals(key));
        }
        crons.routed(key.tenant(), key.app(), null);
        settle(key);
        targets.forget(key.tenant(), key.app());
    }

    /** Has an app's hosts lead to what is warm of it, and unloads what nobody wants. */
    synchronized void settle(AppKey key) {
        publish(key);
        if (unloadUnwanted(key)) {
            publish(key);
        }
    }

    private void publish(AppKey key) {
        for (RevisionId id : byApp.getOrDefault(key, Set.of())) {
            Target target = loaded(id);
            if (target != null) {
                table.set(names.revision(id), target);
            }
        }
        String host = host(key);
        table.set(host, route(production.get(key), table.find(host)));
        if (!busy.getAsBoolean() || System.nanoTime() - toldNanos > TELL_NANOS) {
            toldNanos = System.nanoTime();
            tell();
        }
    }

    /** Where an app's host leads: to what it led before until what it should lead to is warm. */
    private @Nullable Route route(@Nullable RouteRecord route, @Nullable Route before) {
        if (route == null) {
            return null;
        }
        Target target = loaded(route.target());
        if (target != null) {
            return SplitRoute.of(route, target, this::loaded, before);
        }
        return before != null && pool.isInstalled(before.main().revision()) ? before.main() : null;
    }

    private boolean unloadUnwanted(AppKey key) {
        Route serving = table.find(host(key));
        boolean unloaded = false;
        for (RevisionId id : Set.copyOf(byApp.getOrDefault(key, Set.of()))) {
            CompletableFuture<Target> target = warmings.get(id);
            if (target == null
                    || !target.isDone()
                    || (serving != null && id.equals(serving.main().revision()))
                    || awake.contains(id)
                    || wanted.getOrDefault(key, Set.of()).contains(id)) {
                continue;
            }
            remove(id, target);
            crons.unloaded(id);
            pool.remove(id);
            targets.unloaded(id);
            if (!apps.containsKey(key)) {
                targets.forget(id.tenant(), id.app());
            }
            unloaded = true;
        }
        return unloaded;
    }

    /** What leads to a revision that is warm here, or was; null for others. */
    @Nullable Target loaded(RevisionId id) {
        CompletableFuture<Target> target = warmings.get(id);
        return target != null && target.isDone() && !target.isCompletedExceptionally()
                ? target.join()
                : null;
    }

    private String host(AppKey key) {
        return names.production(key.tenant(), key.app());
    }
}
