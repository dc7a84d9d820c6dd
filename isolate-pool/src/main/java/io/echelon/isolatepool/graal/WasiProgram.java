package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.Program;
import io.echelon.isolatepool.ProgramRunner;
import io.echelon.tenants.Outcome;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.ByteSequence;
import org.jspecify.annotations.Nullable;

/** A WASI command that is run to its end with the streams and folders that it was given. */
final class WasiProgram implements Guest {
    private static final int PAGE_BYTES = 64 * 1024;
    private static final int MISUSED = 126;

    private final Program program;
    private final PoolServices services;
    private final GuestQuota quota;
    private final GuestEnd end;
    private volatile @Nullable RunningTask task;
    private volatile boolean over;
    private volatile IsolateEngine.@Nullable GuestContext wasm;

    WasiProgram(Program program, PoolServices services) {
        this.program = program;
        this.services = services;
        this.quota =
                new GuestQuota(
                        this,
                        services,
                        GuestQuota.Wording.PROGRAM,
                        (long) program.limits().memoryMb() << 20);
        this.end = new GuestEnd(this, services);
    }

    /** Runs on a thread of the scheduler; the exit code. */
    int run() {
        byte @Nullable [] file = program.files().get(program.main());
        if (file == null || !WasmSections.hasMagic(file)) {
            GraalProgramRunner.print(program.err(), program.main() + " is not a WebAssembly file");
            return MISUSED;
        }
        var _ =
                services.schedule(
                        () ->
                                kill(
                                        Outcome.EXCEEDED_WALL_TIME,
                                        "The program ran for more than %,d ms; raise --wall"
                                                .formatted(program.limits().wallMs())),
                        program.limits().wallMs());
        TurnScheduler.TurnThread thread = TurnScheduler.currentThread();
        RunningTask running = RunningTask.begin(this, null);
        task = running;
        thread.running(running);
        try {
            execute(WasmMemoryLimit.apply(file, (int) (quota.memoryBytes() / PAGE_BYTES)));
            return 0;
        } catch (PolyglotException e) {
            return exitCode(e);
        } finally {
            thread.running(null);
            task = null;
            close();
        }
    }

    private void execute(byte[] file) {
        Source source =
                Source.newBuilder("wasm", ByteSequence.create(file), program.main()).buildLiteral();
        IsolateEngine.GuestContext made = services.engine().newProgramContext(program);
        wasm = made;
        Context context = made.context();
        context.eval(source).newInstance().getMember("exports").getMember("_start").executeVoid();
    }

    private int exitCode(PolyglotException e) {
        GuestEnd.Reason reason = end.reason();
        if (reason != null) {
            GraalProgramRunner.print(program.err(), reason.message());
            return ProgramRunner.STOPPED;
        }
        if (e.isExit()) {
            return e.getExitStatus();
        }
        GraalProgramRunner.print(program.err(), String.valueOf(e.getMessage()));
        return 1;
    }

    private void close() {
        over = true;
        IsolateEngine.GuestContext made = wasm;
        if (made != null) {
            GuestEnd.close(made);
        }
    }

    @Override
    public void overseen(RunningTask running, long cpuNanos, long allocated) {
        int limitMs = program.limits().cpuMs();
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
        // Nobody but its own thread waits for it.
    }

    @Override
    public void abort(JsCall call) {
        throw new IllegalStateException("a program serves no calls");
    }

    @Override
    public void timeOut(JsCall call) {
        throw new IllegalStateException("a program serves no calls");
    }
}
