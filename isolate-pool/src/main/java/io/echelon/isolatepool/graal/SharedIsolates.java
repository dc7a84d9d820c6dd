package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.IsolateKind;
import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Isolates that serve many calls of their revision, several at a time. There are at most as many as
 * threads that run turns; a call goes to the one with the least under way. One that broke a limit
 * is retired: it ends what it has and another takes its place.
 */
final class SharedIsolates implements RevisionPool, IsolateOwner {
    private static final long COLD_AFTER_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final FunctionCode code;
    private final PoolServices services;
    private final PoolCensus census;
    private final int maxIsolates;
    private final List<JsIsolate> live = new CopyOnWriteArrayList<>();
    private final List<JsIsolate> retiring = new CopyOnWriteArrayList<>();
    private final AtomicInteger making = new AtomicInteger();
    private final WaitingCalls waiting;
    private final CallDeadlines deadlines;
    private final StartTime startTime = new StartTime();
    private final AtomicReference<@Nullable Installation> installation = new AtomicReference<>();
    private volatile long lastCallNanos = System.nanoTime();
    private volatile boolean closed;

    /**
     * @param maxIsolates isolates at a time, 1 or more
     */
    SharedIsolates(
            FunctionCode code,
            PoolServices services,
            PoolCensus census,
            int maxWaiting,
            int maxIsolates) {
        this.code = code;
        this.services = services;
        this.census = census;
        this.maxIsolates = maxIsolates;
        this.waiting = new WaitingCalls(maxWaiting);
        this.deadlines = new CallDeadlines(code.image().limits().wallMs());
    }

    @Override
    public Conduct conduct() {
        return code.conduct();
    }

    @Override
    public int firstIsolates() {
        return Math.clamp(code.image().warm(), 1, maxIsolates);
    }

    @Override
    public void start(Installation first) {
        installation.set(first);
        makeUpTo(firstIsolates());
    }

    @Override
    public void dispatch(JsCall call) {
        lastCallNanos = System.nanoTime();
        deadlines.add(call);
        JsIsolate isolate = leastLoaded();
        if (isolate != null) {
            serve(isolate, call);
        } else if (waiting.add(call)) {
            makeUpTo(1);
            serveWaiting(); // one may have become ready in between
        }
    }

    @Override
    public void warm() {
        lastCallNanos = System.nanoTime();
        makeUpTo(firstIsolates());
    }

    private void serve(JsIsolate isolate, JsCall call) {
        if (isolate.load() > 0 && live.size() + making.get() < maxIsolates && census.hasRoom()) {
            makeUpTo(maxIsolates);
        }
        if (!isolate.serve(call, isolate.served() > 0 ? IsolateKind.REUSED : IsolateKind.WARM)) {
            dispatch(call);
        }
    }

    private @Nullable JsIsolate leastLoaded() {
        JsIsolate best = null;
        int least = Integer.MAX_VALUE;
        for (JsIsolate isolate : live) {
            if (isolate.isRetired()) {
                replaceRetired(isolate);
                continue;
            }
            int load = isolate.load();
            if (load < least) {
                best = isolate;
                least = load;
            }
        }
        return best;
    }

    private void replaceRetired(JsIsolate isolate) {
        if (live.remove(isolate)) {
            retiring.add(isolate);
            isolate.retire();
            makeUpTo(1);
        }
    }

    private synchronized void makeUpTo(int count) {
        while (!closed && live.size() + making.get() < count) {
            making.incrementAndGet();
            services.scheduler(Lane.SHORT).submit(id().tenant(), this::makeOne);
        }
    }

    private void makeOne() {
        census.created();
        new JsIsolate(code, services, this).start(Lane.SHORT);
    }

    private void serveWaiting() {
        while (waiting.size() > 0) {
            JsIsolate isolate = leastLoaded();
            JsCall call = isolate == null ? null : waiting.poll();
            if (isolate == null || call == null) {
                return;
            }
            if (!isolate.serve(
                    call, isolate.served() > 0 ? IsolateKind.REUSED : IsolateKind.COLD)) {
                dispatch(call);
            }
        }
    }

    @Override
    public void started(JsIsolate isolate) {
        startTime.measured(System.nanoTime() - isolate.begunNanos());
        live.add(isolate);
        making.decrementAndGet();
        Installation first = installation.get();
        if (first != null) {
            first.ready(isolate::handlers);
        }
        if (closed) {
            isolate.retire();
        }
        serveWaiting();
    }

    @Override
    public void startFailed(JsIsolate isolate, String message) {
        making.decrementAndGet();
        Installation first = installation.get();
        if (first != null) {
            first.failed(message);
        }
        waiting.finishAll(Outcome.STARTUP_FAILED, message);
    }

    @Override
    public void served(JsIsolate isolate, JsCall call) {}

    @Override
    public void ended(JsIsolate isolate) {
        live.remove(isolate);
        retiring.remove(isolate);
        if (waiting.size() > 0) {
            makeUpTo(1);
        }
    }

    @Override
    public void sweep(long nowNanos) {
        deadlines.sweep(nowNanos);
        if (nowNanos - lastCallNanos > COLD_AFTER_NANOS) {
            closeIdle();
        }
        if (waiting.size() > 0 && live.isEmpty()) {
            makeUpTo(1);
        }
    }

    @Override
    public int closeIdle() {
        int count = 0;
        for (JsIsolate isolate : List.copyOf(live)) {
            if (isolate.load() == 0 && live.remove(isolate)) {
                retiring.add(isolate);
                isolate.retire();
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        closed = true;
        for (JsIsolate isolate : live) {
            isolate.retire();
        }
        waiting.finishAll(Outcome.NOT_FOUND, "The revision was removed");
    }

    @Override
    public void collectLive(Collection<Guest> into) {
        into.addAll(live);
        into.addAll(retiring);
    }

    @Override
    public RevisionStatistics statistics() {
        int busy = 0;
        int idle = 0;
        for (JsIsolate isolate : live) {
            if (isolate.load() > 0) {
                busy++;
            } else {
                idle++;
            }
        }
        return new RevisionStatistics(
                code.id(), idle, busy, waiting.size(), idle + busy > 0, startTime.nanos());
    }

    @Override
    public RevisionId id() {
        return code.id();
    }
}
