package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventSink;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolStatistics;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The pool of isolates within this process, on GraalVM's JavaScript and WebAssembly. */
public final class GraalIsolatePool implements IsolatePool {
    /** A revision and the wait for its first isolates. */
    private record Installed(RevisionPool pool, CompletableFuture<Void> ready) {}

    private final PoolOptions options;
    private final PoolServices services;
    private final PoolCensus census = new PoolCensus();
    private final Map<RevisionId, Installed> installed = new ConcurrentHashMap<>();
    private final Map<RevisionId, RevisionPool> pools = new ConcurrentHashMap<>();
    private final Map<RevisionId, List<EventHandler>> handlers = new ConcurrentHashMap<>();
    private final HeapGovernor governor;
    private final Watchdog watchdog;

    private GraalIsolatePool(PoolOptions options) {
        this.options = options;
        this.services = new PoolServices(options);
        this.governor = new HeapGovernor(pools.values(), services, census, options.heapShare());
        this.watchdog = services.newWatchdog(this::sweep);
    }

    /**
     * Starts an engine, warms it and starts a pool on it, which takes some seconds. Refuses with an
     * {@link EchelonException} of code {@code UNAVAILABLE} when the engine has no compiler and the
     * options insist on one.
     */
    public static GraalIsolatePool create(PoolOptions options) {
        GraalIsolatePool pool = new GraalIsolatePool(options);
        pool.watchdog.start();
        EngineWarmUp.run(pool.services);
        return pool;
    }

    /** What the engine calls itself, such as {@code GraalVM CE}. */
    public String engine() {
        return services.engine().implementation();
    }

    @Override
    public CompletableFuture<Void> install(FunctionImage image) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Installed mine;
        try {
            mine = new Installed(newPool(image), result);
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
        Installed earlier = installed.putIfAbsent(image.id(), mine);
        if (earlier != null) {
            return earlier.ready();
        }
        Installation installation = new Installation(mine.pool().firstIsolates());
        var _ =
                installation
                        .result()
                        .whenComplete(
                                (found, failure) -> {
                                    if (failure == null) {
                                        handlers.put(image.id(), found);
                                        pools.put(image.id(), mine.pool());
                                        result.complete(null);
                                    } else {
                                        installed.remove(image.id(), mine);
                                        mine.pool().close();
                                        result.completeExceptionally(failure);
                                    }
                                });
        mine.pool().start(installation);
        return result;
    }

    private RevisionPool newPool(FunctionImage image) {
        if (!image.files().containsKey(image.main())) {
            throw new EchelonException(
                    ErrorCode.STARTUP_FAILED,
                    "The entry \"%s\" is not among the revision's files".formatted(image.main()));
        }
        if (image.main().endsWith(".wasm")) {
            return new WasiCommands(new WasiCode(image), services, census, options.maxWaiting());
        }
        FunctionCode code = new FunctionCode(image);
        return image.isolation() == Isolation.REQUEST
                ? new FreshIsolates(code, services, census, options.maxWaiting())
                : new SharedIsolates(
                        code, services, census, options.maxWaiting(), options.threads());
    }

    @Override
    public void remove(RevisionId id) {
        pools.remove(id);
        handlers.remove(id);
        Installed gone = installed.remove(id);
        if (gone != null) {
            gone.pool().close();
        }
    }

    @Override
    public boolean isInstalled(RevisionId id) {
        return pools.containsKey(id);
    }

    @Override
    public void warm(RevisionId id) {
        RevisionPool pool = pools.get(id);
        if (pool != null) {
            pool.warm();
        }
    }

    @Override
    public Call call(RevisionId id, FunctionRequest request, ResponseSink sink) {
        return dispatch(id, new JsCall(request, sink));
    }

    @Override
    public Call deliver(RevisionId id, FunctionEvent event, EventSink sink) {
        JsCall call = new JsCall(event, new EventAnswer(sink));
        if (isInstalled(id) && handlers(id).stream().noneMatch(handler -> handler.takes(event))) {
            call.finish(
                    Outcome.NOT_FOUND,
                    "Revision %s has no handler of the kind %s for \"%s\""
                            .formatted(id, event.kind().wireName(), event.name()),
                    0);
            return call;
        }
        return dispatch(id, call);
    }

    @Override
    public List<EventHandler> handlers(RevisionId id) {
        return handlers.getOrDefault(id, List.of());
    }

    @Override
    public boolean isResting(RevisionId id) {
        RevisionPool pool = pools.get(id);
        return pool != null && pool.conduct().breaker().isOpen();
    }

    @Override
    public void forgive(RevisionId id) {
        RevisionPool pool = pools.get(id);
        if (pool != null) {
            pool.conduct().breaker().forgive();
        }
    }

    private Call dispatch(RevisionId id, JsCall call) {
        RevisionPool pool = pools.get(id);
        if (pool == null) {
            call.finish(Outcome.NOT_FOUND, "Revision %s is not on this node".formatted(id), 0);
            return call;
        }
        CallBreaker breaker = pool.conduct().breaker();
        long rest = breaker.admit();
        if (rest > 0) {
            call.finish(
                    Outcome.OVERLOADED,
                    "The last calls of this function had to be stopped for what they used; the next is tried in %,d ms, and its log says what it was"
                            .formatted(TimeUnit.NANOSECONDS.toMillis(rest) + 1),
                    0);
            return call;
        }
        call.countBy(breaker);
        pool.dispatch(call);
        return call;
    }

    private void sweep() {
        long now = System.nanoTime();
        pools.values().forEach(pool -> pool.sweep(now));
        governor.sweep(now);
    }

    @Override
    public PoolStatistics statistics() {
        int idle = 0;
        int busy = 0;
        int waiting = 0;
        for (RevisionStatistics revision : revisionStatistics()) {
            idle += revision.idle();
            busy += revision.busy();
            waiting += revision.waiting();
        }
        Runtime runtime = Runtime.getRuntime();
        return new PoolStatistics(
                idle,
                busy,
                waiting,
                census.createdCount(),
                services.kills(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory());
    }

    @Override
    public List<RevisionStatistics> revisionStatistics() {
        return pools.values().stream().map(RevisionPool::statistics).toList();
    }

    @Override
    public Optional<RevisionStatistics> revisionStatistics(RevisionId id) {
        return Optional.ofNullable(pools.get(id)).map(RevisionPool::statistics);
    }

    @Override
    public void close() {
        watchdog.close();
        List.copyOf(installed.keySet()).forEach(this::remove);
        services.close();
    }
}
