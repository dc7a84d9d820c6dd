package io.echelon.isolatepool.hostile;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.graal.GraalIsolatePool;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A pool in which hostile functions meet harmless ones. */
public final class Arena implements AutoCloseable {
    /** Limits that only a broken function reaches. */
    public static final FunctionLimits WIDE = new FunctionLimits(20_000, 256, 60_000);

    private static final String HELLO = "export default { fetch: () => new Response('hello') }";
    private static final TenantName DEFAULT = new TenantName("default");
    private static final int COLD_START_ATTEMPTS = 5;
    private static final int MAX_WAITING = 1_000;

    private final IsolatePool pool =
            GraalIsolatePool.create(
                    new PoolOptions(
                            2,
                            MAX_WAITING,
                            0.85,
                            EngineRequirement.OPTIMIZING,
                            PoolOptions.EQUAL_WEIGHTS));
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<HostBinding> bindings = List.of(new EchoBinding());

    /** The first isolates of a cold JVM take longer than a function may take to start. */
    public Arena() {
        for (int i = 1; ; i++) {
            try {
                install(HELLO);
                return;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof EchelonException) || i == COLD_START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Installs a function of one file with wide limits, an isolate a request. */
    public RevisionId install(String source) {
        return install(source, WIDE, Isolation.REQUEST);
    }

    /** Installs a function of one file. */
    public RevisionId install(String source, FunctionLimits limits, Isolation isolation) {
        byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
        return install("main.js", Map.of("main.js", bytes), limits, isolation);
    }

    /** Installs a function of several files; fails like {@link IsolatePool#install}. */
    public RevisionId install(
            String main, Map<String, byte[]> files, FunctionLimits limits, Isolation isolation) {
        return install(DEFAULT, main, files, limits, isolation);
    }

    /** Installs a hostile function; fails like {@link IsolatePool#install}. */
    RevisionId install(HostileFunction function) {
        return install(
                function.main(),
                Map.of(function.main(), function.file()),
                function.limits(),
                function.isolation());
    }

    /** Installs a function of one file for a tenant, with wide limits, an isolate a request. */
    public RevisionId install(TenantName tenant, String source) {
        byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
        return install(tenant, "main.js", Map.of("main.js", bytes), WIDE, Isolation.REQUEST);
    }

    private RevisionId install(
            TenantName tenant,
            String main,
            Map<String, byte[]> files,
            FunctionLimits limits,
            Isolation isolation) {
        RevisionId id = new RevisionId(tenant, new AppName("app"), numbers.incrementAndGet());
        FunctionImage image =
                new FunctionImage(
                        id,
                        main,
                        files,
                        isolation,
                        1,
                        limits,
                        Map.of(),
                        bindings,
                        (_, level, line) -> log.add(level + " " + line));
        pool.install(image).join();
        return id;
    }

    public void remove(RevisionId id) {
        pool.remove(id);
    }

    /** Calls a function and waits for the end. */
    public Answer get(RevisionId id) {
        Answer answer = new Answer();
        start(id, null, answer);
        answer.report();
        return answer;
    }

    /** The text that a function of one file answers with. */
    public String answerOf(String source) {
        RevisionId id = install(source);
        try {
            Answer answer = get(id);
            return answer.report().outcome() == io.echelon.tenants.Outcome.OK
                    ? answer.text()
                    : answer.report().outcome() + " " + takeLog();
        } finally {
            remove(id);
        }
    }

    /** Begins a call, with a body or without. */
    public Call start(RevisionId id, @Nullable BodySource body, Answer answer) {
        return pool.call(
                id,
                new FunctionRequest(
                        "request-1",
                        body == null ? "GET" : "POST",
                        "https://app.localhost/",
                        new String[0],
                        body),
                answer);
    }

    /** Lines of all logs since the last look. */
    public List<String> takeLog() {
        List<String> lines = List.copyOf(log);
        log.clear();
        return lines;
    }

    @Override
    public void close() {
        pool.close();
    }
}
