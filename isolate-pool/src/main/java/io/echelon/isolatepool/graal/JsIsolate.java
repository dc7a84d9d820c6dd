package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Limits;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One isolate: a context, its queue of tasks, and the calls that it serves.
 *
 * <p>Tasks run one after the other, in turns: whoever posts the first task of a quiet isolate
 * submits a turn to the scheduler, and a turn goes on until the queue is empty. An isolate that
 * serves no call stands still; what is posted to it waits for the next call. Everything inside the
 * context happens on a turn; only {@link #kill} reaches in from outside, by cancelling the context.
 */
final class JsIsolate implements Guest, GuestIdentity {
    private static final int TASKS_PER_TURN = 64;

    private record Task(@Nullable JsCall call, Runnable body) {}

    private final long begunNanos = System.nanoTime();
    private final FunctionCode code;
    private final PoolServices services;
    private final IsolateOwner owner;
    private final IsolateEngine.GuestContext js;
    private final GuestQuota quota;
    private final GuestEnd end;
    private final HostFunctions host;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final IsolateCalls calls;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean starting = true;
    private volatile Lane startLane = Lane.SHORT;
    private volatile boolean retired;
    private volatile boolean evaluated;
    private volatile @Nullable Integer exitCode;
    private volatile boolean closeAsked;
    private long startCpuNanos;
    private @Nullable PlatformEntries entries;
    private @Nullable JsCall currentCall;
    private volatile @Nullable RunningTask currentTask;

    JsIsolate(FunctionCode code, PoolServices services, IsolateOwner owner) {
        this.code = code;
        this.services = services;
        this.owner = owner;
        this.js = services.engine().newJsContext(code.files());
        this.quota =
                new GuestQuota(this, services, GuestQuota.Wording.FUNCTION, code.memoryBytes());
        this.end = new GuestEnd(this, services);
        this.calls = new IsolateCalls(this, owner);
        this.host = new HostFunctions(this, code.image());
    }

    // --- Starting -------------------------------------------------------------------------------

    /**
     * Evaluates the platform and the function, from a thread of the scheduler; the owner hears of
     * the end.
     *
     * @param lane where
     */
    void start(Lane lane) {
        startLane = lane;
        post(null, this::evaluate);
    }

    private void evaluate() {
        Context context = js.context();
        Value boot = context.eval(services.engine().script("core"));
        entries = PlatformEntries.boot(boot, host, code.environment());
        WasmModules.install(context, code.image().files());
        EvaluationSignal.install(context, () -> post(null, this::register));
        Value namespace = context.eval(code.main());
        entries().keepNamespace(namespace);
    }

    /** Runs when the last statement of the entry has run, top-level awaits included. */
    private void register() {
        evaluated = true;
        if (starting && code.programArguments() == null) {
            entries().register();
            starting = false;
            owner.started(this);
        }
    }

    // --- Serving --------------------------------------------------------------------------------

    /**
     * Serves a call; the isolate must have been started. False when it is ending and takes none.
     */
    boolean serve(JsCall call, IsolateKind kind) {
        if (!calls.add(call)) {
            return false;
        }
        call.begin(this, kind);
        post(
                call,
                () -> {
                    call.enter();
                    entries().call(call.id(), call.invocation());
                });
        return true;
    }

    @Override
    public void abort(JsCall call) {
        post(
                call,
                () -> {
                    entries().abort(call.id());
                    call.finish(Outcome.CANCELED, null, quota.peakBytes());
                });
    }

    @Override
    public void timeOut(JsCall call) {
        String limit =
                "no %s within %,d ms".formatted(call.awaited(), code.image().limits().wallMs());
        if (!call.askTimeout()) {
            kill(Outcome.EXCEEDED_WALL_TIME, limit);
            return;
        }
        post(
                call,
                () -> {
                    String waiting = entries().waiting();
                    String detail = waiting.isEmpty() ? "" : "; it was waiting for " + waiting;
                    log(LogLevel.ERROR, "exceededWallTime: " + limit + detail);
                    call.finish(
                            Outcome.EXCEEDED_WALL_TIME,
                            "The function gave " + limit + detail,
                            quota.peakBytes());
                    if (code.isolation() == Isolation.REQUEST) {
                        closeAsked = true;
                    }
                });
    }

    /** What the module has handlers for; only from a turn, when it was started. */
    List<EventHandler> handlers() {
        return entries().handlers();
    }

    /** Number of calls under way. */
    int load() {
        return calls.size();
    }

    /** When it began to be made, as {@link System#nanoTime} has it. */
    long begunNanos() {
        return begunNanos;
    }

    /** How often it has served so far. */
    int served() {
        return calls.served();
    }

    /** Whether it takes no further calls. */
    boolean isRetired() {
        return retired || ended.get();
    }

    /** Takes no further calls and closes when the present ones are over. */
    void retire() {
        retired = true;
        post(null, () -> {});
    }

    // --- Turns ----------------------------------------------------------------------------------

    /** Adds a task for a call, or for none; any thread. */
    void post(@Nullable JsCall call, Runnable body) {
        tasks.add(new Task(call, body));
        schedule();
    }

    /** Adds a task for whichever call runs now; only from a turn. */
    @Nullable JsCall currentCall() {
        return currentCall;
    }

    private boolean mayRun() {
        return starting || !calls.isEmpty() || closeAsked || retired;
    }

    private void schedule() {
        if (mayRun() && !ended.get() && scheduled.compareAndSet(false, true)) {
            Lane lane = starting ? startLane : calls.lane(code.conduct());
            services.scheduler(lane).submit(code.id().tenant(), this::turn);
        }
    }

    private void turn() {
        boolean over = false;
        try {
            js.context().enter();
            try {
                for (int i = 0; i < TASKS_PER_TURN && !over && mayRun(); i++) {
                    Task task = tasks.poll();
                    if (task == null) {
                        break;
                    }
                    runTask(task);
                    if (end.reason() != null) {
                        break; // the killer cleans up
                    }
                    over = afterTask();
                }
            } finally {
                js.context().leave();
            }
        } catch (PolyglotException | IllegalStateException e) {
            if (end.reason() == null && !services.isClosing()) {
                PoolLog.error("an isolate of " + code.id() + " broke", e);
                kill(Outcome.INTERNAL, "the isolate broke");
            }
        } finally {
            scheduled.set(false);
        }
        if (over && (closeAsked || calls.shutWhenEmpty())) {
            calls.endAll(Outcome.CANCELED, null);
            close();
        } else if (!tasks.isEmpty()) {
            schedule();
        }
    }

    private void runTask(Task task) {
        RunningTask running = RunningTask.begin(this, task.call());
        TurnScheduler.TurnThread thread = TurnScheduler.currentThread();
        currentCall = task.call();
        currentTask = running;
        thread.running(running);
        try {
            task.body().run();
        } catch (PolyglotException e) {
            guestThrew(task.call(), e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            kill(Outcome.EXCEEDED_MEMORY, "the heap was exhausted");
        } finally {
            thread.running(null);
            currentTask = null;
            account(running);
        }
    }

    private void account(RunningTask running) {
        long cpuNanos = running.ownCpuNanos();
        code.conduct().took(cpuNanos);
        JsCall call = running.call();
        if (call != null) {
            call.addCpuNanos(cpuNanos);
        } else if (starting) {
            startCpuNanos += cpuNanos;
        }
        checkCpu(running, 0);
        quota.finished(running.ownAllocated());
    }

    /** What has to happen after each task; true when the isolate is over. */
    private boolean afterTask() {
        calls.settle();
        if (tasks.isEmpty() && !host.isWaiting()) {
            nothingLeft();
        }
        if (code.isolation() == Isolation.REQUEST && calls.served() > 0) {
            closeAsked = true;
        }
        return closeAsked || (retired && calls.isEmpty());
    }

    /** The isolate can't go on by itself: whatever has not been answered never will be. */
    private void nothingLeft() {
        if (starting && evaluated) {
            closeAsked = true; // a program is at its end
            return;
        }
        if (starting) {
            startFailed(
                    "the module's top level never ended: it awaits a promise that nothing is left to settle");
            return;
        }
        calls.endHung();
    }

    private void guestThrew(@Nullable JsCall call, PolyglotException e) {
        if (end.reason() != null || e.isCancelled()) {
            return;
        }
        if (e.isResourceExhausted()) {
            kill(Outcome.EXCEEDED_MEMORY, "the stack or the heap was exhausted");
        } else if (starting) {
            startFailed(code.describe(e));
        } else if (e.isGuestException()) {
            log(LogLevel.ERROR, code.describe(e));
            if (call != null) {
                call.fail(Outcome.EXCEPTION);
                call.sayDone();
            }
        } else {
            PoolLog.error("the platform failed in an isolate of " + code.id(), e);
            kill(Outcome.INTERNAL, "the platform failed");
        }
    }

    private void startFailed(String message) {
        end.fail(Outcome.STARTUP_FAILED, message);
    }

    // --- Quotas ---------------------------------------------------------------------------------

    @Override
    public void overseen(RunningTask task, long cpuNanos, long allocated) {
        checkCpu(task, cpuNanos);
        quota.running(allocated);
    }

    private void checkCpu(RunningTask task, long runningCpuNanos) {
        JsCall call = task.call();
        if (call == null && starting) {
            if (GuestQuota.isOver(startCpuNanos + runningCpuNanos, code.topLevelCpuMs())) {
                kill(
                        Outcome.STARTUP_FAILED,
                        "the module's top level took more than %,d ms of CPU time"
                                .formatted(code.topLevelCpuMs()));
            }
            return;
        }
        int limitMs = code.image().limits().cpuMs();
        long used = (call == null ? 0 : call.cpuNanos()) + runningCpuNanos;
        if (!GuestQuota.isOver(used, limitMs)) {
            return;
        }
        retired = true;
        if (code.isolation() == Isolation.REQUEST
                || GuestQuota.isOver(used, limitMs + limitMs / 4)) {
            quota.killForCpu(limitMs);
        }
    }

    @Override
    public GuestQuota quota() {
        return quota;
    }

    @Override
    public IsolateEngine.@Nullable GuestContext context() {
        return ended.get() ? null : js;
    }

    @Override
    public @Nullable RunningTask runningTask() {
        return currentTask;
    }

    @Override
    public void kill(Outcome outcome, String message) {
        retired = true;
        end.kill(outcome, message);
    }

    @Override
    public void slowToStop(GuestEnd.Reason reason, RunningTask task) {
        JsCall call = task.call();
        if (call != null && !call.isFinished()) {
            PoolLog.warn("an isolate of " + code.id() + " is slow to stop");
            call.addCpuNanos(task.cpuNanos());
        }
        calls.finishAll(reason.outcome(), reason.message());
    }

    @Override
    public void stopped(GuestEnd.Reason reason) {
        boolean wasStarting = starting;
        calls.endFor(reason);
        close();
        if (wasStarting) {
            owner.startFailed(this, reason.message());
        }
    }

    /** Closes an isolate that runs nothing; what it had open is released. */
    void close() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        retired = true;
        host.close();
        GuestEnd.close(js);
        tasks.clear();
        owner.ended(this);
    }

    /** Ends a program with a code; the guest runs on for as long as it takes to stop it. */
    void exit(int status) {
        exitCode = status;
        kill(Outcome.OK, "the program ended");
    }

    /** What a program ended itself with. */
    Optional<Integer> exitCode() {
        return Optional.ofNullable(exitCode);
    }

    @Override
    public boolean isEnding() {
        return end.reason() != null;
    }

    /** Whether it was stopped because it used too much of something. */
    boolean isStoppedForLimit() {
        return end.isKilled();
    }

    // --- What host functions need ---------------------------------------------------------------

    @Nullable JsCall call(int id) {
        return calls.get(id);
    }

    /** CPU time of the task that runs now, in nanoseconds; only from a turn. */
    long currentTaskCpuNanos() {
        RunningTask running = currentTask;
        return running == null ? 0 : running.ownCpuNanos();
    }

    /** What a program was called with; null for a function. */
    @Nullable List<String> programArguments() {
        return code.programArguments();
    }

    PlatformEntries entries() {
        PlatformEntries booted = entries;
        if (booted == null) {
            throw new IllegalStateException("not booted");
        }
        return booted;
    }

    /** Evaluates a lazy script of the platform. */
    Value lazyScript(String name) {
        return js.context().eval(services.engine().script(name));
    }

    PoolServices services() {
        return services;
    }

    /** Writes a line of the guest's log, within its limits. */
    void log(LogLevel level, String message) {
        JsCall call = currentCall;
        if (call != null && !call.admitLogLine(Limits.LOG_LINES_PER_REQUEST_MAX)) {
            return;
        }
        logUnlimited(level, message);
    }

    /** Writes a line that is the platform's own and does not count. */
    void logUnlimited(LogLevel level, String message) {
        services.log(code, this, level, message);
    }

    /** Writes an error of the guest with its stack, in terms of the user's own files. */
    void logError(String message, String stack) {
        log(LogLevel.ERROR, code.describe(message, stack));
    }

    @Override
    public RevisionId revision() {
        return code.id();
    }

    @Override
    public Optional<String> requestId() {
        JsCall call = currentCall;
        if (call != null) {
            return Optional.of(call.requestId());
        }
        return calls.onlyRequestId();
    }
}
