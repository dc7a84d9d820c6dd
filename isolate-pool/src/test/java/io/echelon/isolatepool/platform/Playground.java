package io.echelon.isolatepool.platform;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.graal.GraalIsolatePool;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A pool to try functions on, with an upstream that answers from memory. */
final class Playground implements AutoCloseable {
    private static final FunctionLimits LIMITS = new FunctionLimits(20_000, 128, 300_000);

    private final IsolatePool pool =
            GraalIsolatePool.create(
                    new PoolOptions(
                            2, 100, 0.85, EngineRequirement.OPTIMIZING, PoolOptions.EQUAL_WEIGHTS));
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final FakeUpstream upstream = new FakeUpstream();

    /** How an event ended. */
    record EventEnd(CallReport report, @Nullable String answer) {}

    /** The first isolates of a cold JVM take longer than a function may take to start. */
    Playground() {
        for (int i = 0; i < 5; i++) {
            try {
                install("export default { fetch: () => new Response(new Blob([])) }");
                return;
            } catch (CompletionException e) {
                log.clear();
            }
        }
    }

    /** Installs a function of one file, {@code main.js}. */
    RevisionId install(String source) {
        return install(Map.of("main.js", source));
    }

    /** Installs a function whose entry is {@code main.js}. */
    RevisionId install(Map<String, String> files) {
        return install("main.js", files);
    }

    RevisionId install(String main, Map<String, String> files) {
        return install(main, files, 1);
    }

    /**
     * Installs a function.
     *
     * @param warm isolates that stand ready, 0 or more
     */
    RevisionId install(String main, Map<String, String> files, int warm) {
        RevisionId id =
                new RevisionId(
                        new TenantName("default"), new AppName("app"), numbers.incrementAndGet());
        Map<String, byte[]> bytes =
                files.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        file -> file.getValue().getBytes(StandardCharsets.UTF_8)));
        pool.install(
                        new FunctionImage(
                                id,
                                main,
                                bytes,
                                Isolation.REQUEST,
                                warm,
                                LIMITS,
                                Map.of("GREETING", "hello", "EMPTY", ""),
                                List.of(upstream, new FakeCache()),
                                (_, level, line) -> log.add(level + " " + line)))
                .join();
        return id;
    }

    /** Calls a function and waits for the end. */
    Answer get(RevisionId id, String path, String... headers) {
        Answer answer = new Answer();
        start(id, "GET", path, null, answer, headers);
        answer.report();
        return answer;
    }

    /** Sends a body and waits for the end. */
    Answer post(RevisionId id, String path, BodySource body, String... headers) {
        Answer answer = new Answer();
        start(id, "POST", path, body, answer, headers);
        answer.report();
        return answer;
    }

    Call start(
            RevisionId id,
            String method,
            String path,
            @Nullable BodySource body,
            Answer answer,
            String... headers) {
        return pool.call(
                id,
                new FunctionRequest(
                        "request-1", method, "https://app.localhost" + path, headers, body),
                answer);
    }

    /** Tells a function of an event and waits for the end. */
    EventEnd deliver(RevisionId id, FunctionEvent event) {
        CompletableFuture<EventEnd> end = new CompletableFuture<>();
        pool.deliver(id, event, (report, answer) -> end.complete(new EventEnd(report, answer)));
        return end.orTimeout(300, TimeUnit.SECONDS).join();
    }

    IsolatePool pool() {
        return pool;
    }

    /** Lines of the log since the last look. */
    List<String> takeLog() {
        List<String> lines = List.copyOf(log);
        log.clear();
        return lines;
    }

    FakeUpstream upstream() {
        return upstream;
    }

    @Override
    public void close() {
        pool.close();
    }
}
