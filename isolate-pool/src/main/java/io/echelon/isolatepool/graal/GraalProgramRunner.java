package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.Program;
import io.echelon.isolatepool.ProgramRunner;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The runner on GraalVM's JavaScript and WebAssembly. */
public final class GraalProgramRunner implements ProgramRunner {
    private static final RevisionId ID =
            new RevisionId(TenantName.DEFAULT, new AppName("program"), 1);

    private final PoolServices services;
    private final Watchdog watchdog;

    private GraalProgramRunner(PoolServices services) {
        this.services = services;
        this.watchdog = services.newWatchdog(() -> {});
    }

    /** Starts an engine for programs; one without a compiler will do. */
    public static GraalProgramRunner create() {
        GraalProgramRunner runner =
                new GraalProgramRunner(
                        new PoolServices(
                                new PoolOptions(
                                        1,
                                        1,
                                        0.85,
                                        EngineRequirement.ANY,
                                        PoolOptions.EQUAL_WEIGHTS)));
        runner.watchdog.start();
        return runner;
    }

    @Override
    public CompletableFuture<Integer> run(Program program) {
        return program.main().endsWith(".wasm") ? runCommand(program) : runModule(program);
    }

    private CompletableFuture<Integer> runCommand(Program program) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        services.scheduler(Lane.SHORT)
                .submit(
                        ID.tenant(),
                        () -> result.complete(new WasiProgram(program, services).run()));
        return result;
    }

    private CompletableFuture<Integer> runModule(Program program) {
        ModuleRun run = new ModuleRun(program);
        JsIsolate isolate =
                new JsIsolate(
                        FunctionCode.program(image(program), program.arguments()), services, run);
        var _ =
                services.schedule(
                        () ->
                                isolate.kill(
                                        Outcome.EXCEEDED_WALL_TIME,
                                        "The program ran for more than %,d ms; raise --wall"
                                                .formatted(program.limits().wallMs())),
                        program.limits().wallMs());
        isolate.start(Lane.SHORT);
        return run.result;
    }

    private static FunctionImage image(Program program) {
        return new FunctionImage(
                ID,
                program.main(),
                program.files(),
                Isolation.REQUEST,
                0,
                program.limits(),
                program.env(),
                program.bindings(),
                (guest, level, message) ->
                        print(
                                level == LogLevel.ERROR || level == LogLevel.WARN
                                        ? program.err()
                                        : program.out(),
                                message));
    }

    static void print(OutputStream stream, String line) {
        try {
            synchronized (stream) {
                stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                stream.flush();
            }
        } catch (IOException e) {
            // Whoever read it is gone.
        }
    }

    @Override
    public void close() {
        watchdog.close();
        services.close();
    }

    /** What becomes of a module that is run. */
    private static final class ModuleRun implements IsolateOwner {
        private final CompletableFuture<Integer> result = new CompletableFuture<>();
        private final Program program;

        ModuleRun(Program program) {
            this.program = program;
        }

        @Override
        public void started(JsIsolate isolate) {}

        @Override
        public void startFailed(JsIsolate isolate, String message) {
            if (isolate.exitCode().isEmpty()) {
                print(program.err(), message);
            }
            result.complete(isolate.exitCode().orElse(isolate.isStoppedForLimit() ? STOPPED : 1));
        }

        @Override
        public void served(JsIsolate isolate, JsCall call) {}

        @Override
        public void ended(JsIsolate isolate) {
            if (!isolate.isEnding()) {
                result.complete(0);
            }
        }
    }
}
