package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs of a WASI command, an instance for each call. An instance costs a tenth of a millisecond and
 * its environment holds the request, so none is made before its call comes.
 */
final class WasiCommands implements RevisionPool {
    private final WasiCode code;
    private final PoolServices services;
    private final PoolCensus census;
    private final int maxWaiting;
    private final Set<Guest> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CallDeadlines deadlines;
    private volatile boolean closed;

    WasiCommands(WasiCode code, PoolServices services, PoolCensus census, int maxWaiting) {
        this.code = code;
        this.services = services;
        this.census = census;
        this.maxWaiting = maxWaiting;
        this.deadlines = new CallDeadlines(code.image().limits().wallMs());
    }

    @Override
    public Conduct conduct() {
        return code.conduct();
    }

    @Override
    public int firstIsolates() {
        return 1; // none is kept; the first is a trial
    }

    @Override
    public void start(Installation installation) {
        services.scheduler(Lane.SHORT)
                .submit(
                        id().tenant(),
                        () -> {
                            try {
                                WasiRun.check(code, services)
                                        .ifPresentOrElse(
                                                problem -> installation.failed(cannotRun(problem)),
                                                () -> installation.ready(List::of));
                            } catch (RuntimeException | Error e) {
                                installation.failed(cannotRun("the platform failed"));
                                throw e;
                            }
                        });
    }

    private String cannotRun(String problem) {
        return "%s can't be run: %s".formatted(code.image().main(), problem);
    }

    @Override
    public void dispatch(JsCall call) {
        if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            call.finish(
                    Outcome.OVERLOADED,
                    "%,d calls already wait for this function; try again".formatted(maxWaiting),
                    0);
            return;
        }
        deadlines.add(call);
        services.scheduler(code.conduct().lane()).submit(id().tenant(), () -> run(call));
    }

    @Override
    public void warm() {
        // Nothing is kept for the next run.
    }

    private void run(JsCall call) {
        waiting.decrementAndGet();
        if (closed) {
            call.finish(Outcome.NOT_FOUND, "The revision was removed", 0);
            return;
        }
        if (call.isFinished()) {
            return;
        }
        census.created();
        WasiRun run = WasiRun.serving(code, services, call);
        running.add(run);
        try {
            run.serve(call);
        } finally {
            running.remove(run);
            call.finish(Outcome.INTERNAL, "the platform failed", 0);
        }
    }

    @Override
    public void sweep(long nowNanos) {
        deadlines.sweep(nowNanos);
    }

    @Override
    public int closeIdle() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void collectLive(Collection<Guest> live) {
        live.addAll(running);
    }

    @Override
    public RevisionStatistics statistics() {
        return new RevisionStatistics(id(), 0, running.size(), waiting.get(), true, 0);
    }

    @Override
    public RevisionId id() {
        return code.image().id();
    }
}
