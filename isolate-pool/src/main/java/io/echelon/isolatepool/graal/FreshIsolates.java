package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.IsolateKind;
import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Isolates that serve one call each.
 *
 * <p>Some stand warm; a call takes one and another is made in its place, off the request path. When
 * none stands ready the call waits, and the next that is made is its. How many are kept warm
 * follows the demand: one more each time that a request had to wait, a tenth fewer each second
 * without. Events may wait.
 */
final class FreshIsolates implements RevisionPool, IsolateOwner {
    private static final int MOST_WARM = 64;
    private static final long DECAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long COLD_AFTER_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final FunctionCode code;
    private final PoolServices services;
    private final PoolCensus census;
    private final Deque<JsIsolate> idle = new ConcurrentLinkedDeque<>();
    private final Set<JsIsolate> busy = ConcurrentHashMap.newKeySet();
    private final AtomicInteger idleCount = new AtomicInteger();
    private final AtomicInteger making = new AtomicInteger();
    private final WaitingCalls waiting;
    private final CallDeadlines deadlines;
    private final StartTime startTime = new StartTime();
    private final AtomicReference<@Nullable Installation> installation = new AtomicReference<>();
    private volatile int warmTarget;
    private volatile long lastCallNanos = System.nanoTime();
    private volatile boolean closed;
    private long lastDecayNanos = System.nanoTime();

    FreshIsolates(FunctionCode code, PoolServices services, PoolCensus census, int maxWaiting) {
        this.code = code;
        this.services = services;
        this.census = census;
        this.warmTarget = code.image().warm();
        this.waiting = new WaitingCalls(maxWaiting);
        this.deadlines = new CallDeadlines(code.image().limits().wallMs());
    }

    @Override
    public Conduct conduct() {
        return code.conduct();
    }

    @Override
    public int firstIsolates() {
        return Math.max(1, code.image().warm());
    }

    @Override
    public void start(Installation first) {
        installation.set(first);
        make(firstIsolates());
    }

    @Override
    public void dispatch(JsCall call) {
        lastCallNanos = System.nanoTime();
        deadlines.add(call);
        JsIsolate isolate = takeIdle();
        if (isolate != null) {
            serve(isolate, call, IsolateKind.WARM);
            refill();
            return;
        }
        if (!call.isEvent()) {
            warmTarget = Math.min(MOST_WARM, warmTarget + 1);
        }
        if (waiting.add(call)) {
            refill();
            serveWaiting(); // one may have become ready in between
        }
    }

    @Override
    public void warm() {
        lastCallNanos = System.nanoTime();
        warmTarget = Math.max(warmTarget, firstIsolates());
        refill();
    }

    private @Nullable JsIsolate takeIdle() {
        JsIsolate isolate = idle.pollFirst();
        while (isolate != null) {
            idleCount.decrementAndGet();
            if (!isolate.isRetired()) {
                return isolate;
            }
            isolate = idle.pollFirst();
        }
        return null;
    }

    private void serve(JsIsolate isolate, JsCall call, IsolateKind kind) {
        busy.add(isolate);
        if (!isolate.serve(call, kind)) {
            busy.remove(isolate);
            dispatch(call);
        }
    }

    private void serveWaiting() {
        while (waiting.size() > 0) {
            JsIsolate isolate = takeIdle();
            if (isolate == null) {
                return;
            }
            JsCall call = waiting.poll();
            if (call == null) {
                putIdle(isolate);
                return;
            }
            serve(isolate, call, IsolateKind.COLD);
        }
    }

    private void putIdle(JsIsolate isolate) {
        idle.addFirst(isolate);
        idleCount.incrementAndGet();
    }

    private void refill() {
        int wanted = waiting.size() + (census.hasRoom() ? warmTarget : 0);
        make(wanted - idleCount.get() - making.get());
    }

    private void make(int count) {
        for (int i = 0; i < count && !closed; i++) {
            making.incrementAndGet();
            if (waiting.size() > 0) {
                Lane lane = waiting.lane();
                services.scheduler(lane).submit(id().tenant(), () -> makeOne(lane));
            } else {
                services.scheduler(Lane.SHORT)
                        .submitRefill(id().tenant(), () -> makeOne(Lane.SHORT));
            }
        }
    }

    private void makeOne(Lane lane) {
        if (closed) {
            making.decrementAndGet();
            return;
        }
        census.created();
        JsIsolate isolate = new JsIsolate(code, services, this);
        isolate.start(lane);
    }

    @Override
    public void started(JsIsolate isolate) {
        startTime.measured(System.nanoTime() - isolate.begunNanos());
        making.decrementAndGet();
        Installation first = installation.get();
        if (first != null) {
            first.ready(isolate::handlers);
        }
        if (closed) {
            isolate.retire();
            return;
        }
        JsCall call = waiting.poll();
        if (call != null) {
            serve(isolate, call, IsolateKind.COLD);
        } else {
            putIdle(isolate);
            serveWaiting();
        }
    }

    @Override
    public void startFailed(JsIsolate isolate, String message) {
        making.decrementAndGet();
        Installation first = installation.get();
        if (first != null) {
            first.failed(message);
        }
        JsCall call = waiting.poll();
        if (call != null) {
            call.finish(Outcome.STARTUP_FAILED, message, 0);
        }
    }

    @Override
    public void served(JsIsolate isolate, JsCall call) {
        busy.remove(isolate);
    }

    @Override
    public void ended(JsIsolate isolate) {
        busy.remove(isolate);
        if (!closed) {
            refill();
        }
    }

    @Override
    public void sweep(long nowNanos) {
        deadlines.sweep(nowNanos);
        if (nowNanos - lastDecayNanos < DECAY_NANOS) {
            return;
        }
        lastDecayNanos = nowNanos;
        int floor = nowNanos - lastCallNanos > COLD_AFTER_NANOS ? 0 : code.image().warm();
        warmTarget = Math.max(floor, warmTarget - Math.max(1, warmTarget / 10));
        while (idleCount.get() > Math.max(warmTarget, floor)) {
            JsIsolate surplus = takeIdle();
            if (surplus == null) {
                return;
            }
            surplus.retire();
        }
        if (waiting.size() > 0) {
            refill();
        }
    }

    @Override
    public int closeIdle() {
        int count = 0;
        for (JsIsolate isolate = takeIdle(); isolate != null; isolate = takeIdle()) {
            isolate.retire();
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
        waiting.finishAll(Outcome.NOT_FOUND, "The revision was removed");
    }

    @Override
    public RevisionStatistics statistics() {
        int idle = idleCount.get();
        return new RevisionStatistics(
                code.id(), idle, busy.size(), waiting.size(), idle > 0, startTime.nanos());
    }

    @Override
    public void collectLive(Collection<Guest> live) {
        live.addAll(busy);
    }

    @Override
    public RevisionId id() {
        return code.id();
    }
}
