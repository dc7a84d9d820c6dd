package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.Program;
import io.echelon.isolatepool.ProgramRunner;
import io.echelon.tenants.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    private final MemoryAccount memory;
    private final AtomicReference<@Nullable String> killed = new AtomicReference<>();
    private volatile IsolateEngine.@Nullable GuestContext wasm;

    WasiProgram(Program program, PoolServices services) {
        this.program = program;
        this.services = services;
        this.memory = new MemoryAccount((long) program.limits().memoryMb() << 20);
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
        thread.running(RunningTask.begin(this, null));
        try {
            execute(WasmMemoryLimit.apply(file, (int) (memory.quotaBytes() / PAGE_BYTES)));
            return 0;
        } catch (PolyglotException e) {
            return exitCode(e);
        } finally {
            thread.running(null);
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
        String reason = killed.get();
        if (reason != null) {
            GraalProgramRunner.print(program.err(), reason);
            return ProgramRunner.STOPPED;
        }
        if (e.isExit()) {
            return e.getExitStatus();
        }
        GraalProgramRunner.print(program.err(), String.valueOf(e.getMessage()));
        return 1;
    }

    private void close() {
        IsolateEngine.GuestContext made = wasm;
        if (made != null) {
            try {
                made.context().close(true);
            } catch (PolyglotException | IllegalStateException e) {
                // Cancelled on the way out.
            }
        }
    }

    @Override
    public void overseen(RunningTask task, long cpuNanos, long allocated) {
        if (cpuNanos > TimeUnit.MILLISECONDS.toNanos(program.limits().cpuMs())) {
            kill(
                    Outcome.EXCEEDED_CPU,
                    "The program used more than %,d ms of CPU time; raise --cpu"
                            .formatted(program.limits().cpuMs()));
        }
        if (memory.mustMeasure(allocated)) {
            memory.noteRunning(allocated);
            services.measure(this::measureMemory);
        }
    }

    private void measureMemory() {
        long retained = measureNow();
        memory.measured(Math.max(retained, 0));
        if (retained > memory.quotaBytes()) {
            kill(
                    Outcome.EXCEEDED_MEMORY,
                    "The program kept more than %,d MB of memory; raise --memory"
                            .formatted(memory.quotaBytes() >> 20));
        }
    }

    @Override
    public long suspectedBytes() {
        return memory.suspectedBytes();
    }

    @Override
    public long measureNow() {
        IsolateEngine.GuestContext made = wasm;
        return made == null
                ? -1
                : services.engine().heapMeter().retainedBytes(made.metered(), Long.MAX_VALUE);
    }

    @Override
    public void kill(Outcome outcome, String message) {
        if (killed.compareAndSet(null, message)) {
            services.cancel(this::close);
        }
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
