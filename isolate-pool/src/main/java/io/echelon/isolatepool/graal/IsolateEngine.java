package io.echelon.isolatepool.graal;

import com.oracle.truffle.api.TruffleContext;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.Program;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Instrument;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;

/**
 * The engine that all isolates of a process share: code is shared, state is not. Code is shared
 * between contexts of the same options and the same {@link Source} only, so there is one set of
 * options for all tenants and every script is held here.
 */
final class IsolateEngine implements AutoCloseable {
    private static final String SCRIPTS = "/io/echelon/isolatepool/js/";

    /** Guests read host buffers as array buffers, and nothing else of the host. */
    private static final HostAccess BUFFERS_ONLY =
            HostAccess.newBuilder(HostAccess.NONE).allowBufferAccess(true).build();

    private static final Map<String, String> JS_OPTIONS =
            Map.ofEntries(
                    Map.entry("js.console", "false"),
                    Map.entry("js.esm-eval-returns-exports", "true"),
                    Map.entry("js.global-arguments", "false"),
                    Map.entry("js.import-attributes", "true"),
                    Map.entry("js.java-package-globals", "false"),
                    Map.entry("js.json-modules", "true"),
                    Map.entry("js.load", "false"),
                    Map.entry("js.polyglot-builtin", "false"),
                    Map.entry("js.print", "false"),
                    Map.entry("js.stack-trace-api", "true"),
                    Map.entry("js.text-encoding", "true"),
                    Map.entry("js.unhandled-rejections", "handler"),
                    Map.entry("js.webassembly", "true"));

    /**
     * The most that one array buffer or one string may take. A guest that is stopped for its memory
     * can have one such value more than the watchdog has seen and one in the making, so this bounds
     * by how much a quota can be passed; and one expression can't fill the heap.
     */
    private static final int SINGLE_VALUE_MAX_BYTES = 32 << 20;

    private static final Map<String, String> ENGINE_OPTIONS =
            Map.of(
                    "js.max-typed-array-length",
                    String.valueOf(SINGLE_VALUE_MAX_BYTES),
                    "js.string-length-limit",
                    String.valueOf(SINGLE_VALUE_MAX_BYTES / Character.BYTES),
                    "engine.WarnInterpreterOnly",
                    "false",
                    "engine.CompilerThreads",
                    "1",
                    // The thread stays once it is there: one that a lowered thread has to start
                    // again would be low for ever.
                    "engine.CompilerIdleDelay",
                    "0",
                    // What a fresh isolate runs, it runs once: the first tier's code, which inlines
                    // nothing, is slower there than the interpreter, and delays the second.
                    "engine.MultiTier",
                    "false");

    private final Engine engine;
    private final HeapMeter heapMeter;
    private final Map<String, Source> scripts = new ConcurrentHashMap<>();

    private IsolateEngine(Engine engine, HeapMeter heapMeter) {
        this.engine = engine;
        this.heapMeter = heapMeter;
    }

    /** Starts the engine; refuses one without a compiler unless any will do. */
    static IsolateEngine start(EngineRequirement requirement) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                IsolateEngine.class.getClassLoader()); // where the instrument is found
        try {
            Engine engine =
                    Engine.newBuilder("js", "wasm")
                            .allowExperimentalOptions(true)
                            .options(ENGINE_OPTIONS)
                            .build();
            if (requirement == EngineRequirement.OPTIMIZING
                    && engine.getImplementationName().contains("Interpreted")) {
                engine.close();
                throw new EchelonException(
                        ErrorCode.UNAVAILABLE,
                        "The JavaScript engine has no compiler here and would be ten times slower. Start the node"
                                + " with the edge launcher, which puts the GraalVM jars on the upgrade module path,"
                                + " or allow it with ECHELON_ALLOW_INTERPRETER=true");
            }
            Instrument meter = engine.getInstruments().get(HeapMeter.ID);
            if (meter == null) {
                throw new IllegalStateException("the heap meter is not on the class path");
            }
            return new IsolateEngine(engine, meter.lookup(HeapMeter.class));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    String implementation() {
        return engine.getImplementationName();
    }

    HeapMeter heapMeter() {
        return heapMeter;
    }

    /** A new context that reads its modules from a bundle and reaches nothing else. */
    GuestContext newJsContext(FileSystem bundle) {
        Context context =
                Context.newBuilder("js", "wasm")
                        .engine(engine)
                        .allowExperimentalOptions(true)
                        .options(JS_OPTIONS)
                        .allowHostAccess(BUFFERS_ONLY)
                        .allowPolyglotAccess(
                                PolyglotAccess.ALL) // for WebAssembly; guests have no Polyglot
                        .allowIO(IOAccess.newBuilder().fileSystem(bundle).build())
                        .build();
        return new GuestContext(context, heapMeter.takeCreated());
    }

    /**
     * A new context for one run of a WASI command: its world is an environment and three streams.
     *
     * @param environment names and values
     */
    GuestContext newWasiContext(
            Map<String, String> environment, InputStream in, OutputStream out, OutputStream err) {
        Context context =
                Context.newBuilder("wasm")
                        .engine(engine)
                        .option("wasm.Builtins", "wasi_snapshot_preview1")
                        .allowHostAccess(BUFFERS_ONLY)
                        .allowIO(IOAccess.NONE)
                        .arguments("wasm", new String[] {"main.wasm"})
                        .environment(environment)
                        .in(in)
                        .out(out)
                        .err(err)
                        .build();
        return new GuestContext(context, heapMeter.takeCreated());
    }

    /**
     * A new context for a WASI command that is run to its end, with the folders that it was given.
     */
    GuestContext newProgramContext(Program program) {
        StringBuilder mapped = new StringBuilder();
        program.directories()
                .forEach(
                        (inside, outside) ->
                                mapped.append(mapped.isEmpty() ? "" : ",")
                                        .append(inside)
                                        .append("::")
                                        .append(outside));
        List<String> arguments = new ArrayList<>(List.of(program.main()));
        arguments.addAll(program.arguments());
        Context context =
                Context.newBuilder("wasm")
                        .engine(engine)
                        .option("wasm.Builtins", "wasi_snapshot_preview1")
                        .option("wasm.WasiMapDirs", mapped.toString())
                        .allowHostAccess(BUFFERS_ONLY)
                        .allowIO(
                                IOAccess.newBuilder()
                                        .fileSystem(
                                                new GuestFolders(program.directories().values()))
                                        .build())
                        .arguments("wasm", arguments.toArray(String[]::new))
                        .environment(program.env())
                        .in(program.in())
                        .out(program.out())
                        .err(program.err())
                        .build();
        return new GuestContext(context, heapMeter.takeCreated());
    }

    /** A context as its host and as the meter know it. */
    record GuestContext(Context context, TruffleContext metered) {}

    /** A script of the platform, {@code core} or a lazy one; kept so that its code stays shared. */
    Source script(String name) {
        return scripts.computeIfAbsent(name, IsolateEngine::readScript);
    }

    private static Source readScript(String name) {
        String resource = SCRIPTS + name + ".js";
        try (InputStream in = IsolateEngine.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no script " + resource);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Source.newBuilder("js", text, "echelon:" + name).internal(true).build();
        } catch (IOException e) {
            throw new IllegalStateException("can't read " + resource, e);
        }
    }

    @Override
    public void close() {
        engine.close(true);
    }
}
