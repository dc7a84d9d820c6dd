package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.tenants.Limits;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a WASI command, for one request. It runs from beginning to end on a thread of the
 * scheduler, which takes another thread in its place when that lasts; waiting for the caller blocks
 * the thread and costs no CPU time.
 */
final class WasiRun implements Guest, GuestIdentity {
    private final WasiCode code;
    private final PoolServices services;
    private final @Nullable JsCall call;
    private final GuestQuota quota;
    private final GuestEnd end;
    private volatile @Nullable RunningTask task;
    private volatile IsolateEngine.@Nullable GuestContext wasm;
    private volatile boolean over;
    private int logLines;

    private WasiRun(WasiCode code, PoolServices services, @Nullable JsCall call) {
        this.code = code;
        this.services = services;
        this.call = call;
        this.quota =
                new GuestQuota(this, services, GuestQuota.Wording.FUNCTION, code.memoryBytes());
        this.end = new GuestEnd(this, services);
    }

    /** A run that answers a call. */
    static WasiRun serving(WasiCode code, PoolServices services, JsCall call) {
        return new WasiRun(code, services, call);
    }

    /**
     * Parses and links a command without running it, on a thread of the scheduler.
     *
     * @return what is wrong with it; empty when it can be run
     */
    static Optional<String> check(WasiCode code, PoolServices services) {
        WasiRun run = new WasiRun(code, services, null);
        LineLog errors = new LineLog(line -> {});
        String problem =
                run.metered(
                        () -> {
                            IsolateEngine.GuestContext made =
                                    services.engine()
                                            .newWasiContext(
                                                    Map.of(),
                                                    InputStream.nullInputStream(),
                                                    errors,
                                                    errors);
                            run.wasm = made;
                            made.context().eval(code.main()).newInstance();
                        });
        run.close();
        return Optional.ofNullable(problem);
    }

    /** Runs the command for its call, to the end. */
    void serve(JsCall served) {
        served.begin(this, IsolateKind.COLD);
        CgiOutput out = new CgiOutput(served);
        LineLog errors = new LineLog(line -> log(LogLevel.ERROR, line));
        BodySource body = served.request().body();
        InputStream in = body == null ? InputStream.nullInputStream() : new BodyStream(body);
        String problem =
                metered(
                        () -> {
                            Map<String, String> environment =
                                    CgiRequest.environment(code.image().env(), served.request());
                            IsolateEngine.GuestContext made =
                                    services.engine().newWasiContext(environment, in, out, errors);
                            wasm = made;
                            if (end.reason() == null) {
                                start(made.context()).executeVoid();
                            }
                        });
        errors.finish();
        if (problem == null && end.reason() == null) {
            problem = finishOutput(out);
        }
        finish(served, problem);
        close();
    }

    private Value start(Context context) {
        Value instance = context.eval(code.main()).newInstance();
        return instance.getMember("exports").getMember("_start");
    }

    private static @Nullable String finishOutput(CgiOutput out) {
        try {
            out.finish();
            return null;
        } catch (IOException e) {
            return "the caller is gone";
        }
    }

    private void finish(JsCall served, @Nullable String problem) {
        GuestEnd.Reason reason = end.reason();
        if (reason != null) {
            log(LogLevel.ERROR, reason.outcome().wireName() + ": " + reason.message());
            served.finish(reason.outcome(), reason.message(), quota.peakBytes());
        } else if (problem != null) {
            log(LogLevel.ERROR, problem);
            served.finish(
                    Outcome.EXCEPTION,
                    "The program failed; its log has the error",
                    quota.peakBytes());
        } else {
            served.finish(Outcome.OK, null, quota.peakBytes());
        }
    }

    /** Runs a piece of the guest's work under the watchdog; what went wrong, or null. */
    private @Nullable String metered(Runnable work) {
        TurnScheduler.TurnThread thread = TurnScheduler.currentThread();
        RunningTask running = RunningTask.begin(this, call);
        task = running;
        thread.running(running);
        try {
            work.run();
            return null;
        } catch (PolyglotException e) {
            return problem(e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            end.settle(Outcome.EXCEEDED_MEMORY, "the heap was exhausted");
            return "the heap was exhausted";
        } finally {
            thread.running(null);
            task = null;
            long cpuNanos = running.ownCpuNanos();
            code.conduct().took(cpuNanos);
            if (call != null) {
                call.addCpuNanos(cpuNanos);
            }
        }
    }

    private @Nullable String problem(PolyglotException e) {
        if (e.isExit()) {
            return e.getExitStatus() == 0
                    ? null
                    : "the program ended with exit code " + e.getExitStatus();
        }
        if (e.isResourceExhausted()) {
            end.settle(
                    Outcome.EXCEEDED_MEMORY, "the stack or the heap of the program was exhausted");
        }
        if (e.isInternalError() && end.reason() == null) {
            PoolLog.error("a WASI run of " + code.image().id() + " broke", e);
            return "the platform failed";
        }
        return e.getMessage();
    }

    private void close() {
        over = true;
        IsolateEngine.GuestContext made = wasm;
        if (made != null) {
            GuestEnd.close(made);
        }
    }

    private void log(LogLevel level, String message) {
        if (logLines++ < Limits.LOG_LINES_PER_REQUEST_MAX) {
            code.image().log().write(this, level, HostFunctions.cutLine(message));
        }
    }

    @Override
    public void overseen(RunningTask running, long cpuNanos, long allocated) {
        int limitMs = call == null ? Limits.STARTUP_CPU_MS : code.image().limits().cpuMs();
        if (GuestQuota.isOver(cpuNanos, limitMs)) {
            quota.killForCpu(limitMs);
        }
        quota.running(allocated);
    }

    @Override
    public GuestQuota quota() {
        return quota;
    }

    @Override
    public IsolateEngine.@Nullable GuestContext context() {
        return over ? null : wasm;
    }

    @Override
    public @Nullable RunningTask runningTask() {
        return task;
    }

    @Override
    public boolean isEnding() {
        return end.reason() != null;
    }

    @Override
    public void kill(Outcome outcome, String message) {
        end.kill(outcome, message);
    }

    @Override
    public void stopped(GuestEnd.Reason reason) {
        over = true; // its own thread says the end
    }

    @Override
    public void slowToStop(GuestEnd.Reason reason, RunningTask running) {
        if (call != null && !call.isFinished()) {
            PoolLog.warn("a WASI run of " + code.image().id() + " is slow to stop");
            call.addCpuNanos(running.cpuNanos());
            call.finish(reason.outcome(), reason.message(), quota.peakBytes());
        }
    }

    @Override
    public void abort(JsCall aborted) {
        kill(Outcome.CANCELED, "the caller left");
    }

    @Override
    public void timeOut(JsCall late) {
        if (late.askTimeout()) {
            kill(
                    Outcome.EXCEEDED_WALL_TIME,
                    "The function gave no response head within %,d ms"
                            .formatted(code.image().limits().wallMs()));
        }
    }

    @Override
    public RevisionId revision() {
        return code.image().id();
    }

    @Override
    public Optional<String> requestId() {
        return call == null ? Optional.empty() : Optional.of(call.requestId());
    }
}
