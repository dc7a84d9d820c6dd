package io.echelon.edgeruntime;

import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.isolatepool.graal.GraalIsolatePool;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A pool of isolates over a real store, to try functions with databases on. */
final class KvPlayground implements AutoCloseable {
    /** Limits that only a broken function reaches. */
    static final FunctionLimits WIDE = new FunctionLimits(20_000, 256, 120_000);

    /** The same, for figures. */
    static final FunctionLimits ENDLESS = new FunctionLimits(60_000, 256, 900_000);

    private static final TenantName TENANT = new TenantName("acme");
    private static final int COLD_START_ATTEMPTS = 5;

    private final KvStore store;
    private final KvBinding.Services services;
    private final UsageLedger usage;
    private final IsolatePool pool =
            GraalIsolatePool.create(
                    new PoolOptions(
                            2,
                            1_000,
                            0.85,
                            EngineRequirement.OPTIMIZING,
                            PoolOptions.EQUAL_WEIGHTS));
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    KvPlayground(Path folder) {
        this.store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
        this.services =
                new KvBinding.Services(
                        store,
                        Clock.systemUTC(),
                        gates,
                        new DatabaseRegister(store.database(SystemRows.DATABASE), gates),
                        Traces.off());
        this.usage =
                new UsageLedger(store.database(SystemRows.DATABASE), Clock.systemUTC(), "node-1");
        for (int i = 1; ; i++) {
            try {
                install("warm", "export default { fetch: () => new Response('hello') }");
                return;
            } catch (CompletionException e) {
                if (i == COLD_START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    KvBinding.Services services() {
        return services;
    }

    UsageLedger usage() {
        return usage;
    }

    KvStore store() {
        return store;
    }

    IsolatePool pool() {
        return pool;
    }

    KvDatabase database(String tenant, String name) {
        return store.database(new DatabaseRef(new TenantName(tenant), name).storeName());
    }

    RevisionId install(String app, String source) {
        return install(TENANT, app, Map.of("main.js", source), KvBinding.Access.GRANTED);
    }

    /** Installs a function whose entry is {@code main.js}. */
    RevisionId install(
            TenantName tenant, String app, Map<String, String> files, KvBinding.Access access) {
        return install(tenant, app, files, access, Isolation.REQUEST, WIDE);
    }

    RevisionId install(
            TenantName tenant,
            String app,
            Map<String, String> files,
            KvBinding.Access access,
            Isolation isolation,
            FunctionLimits limits) {
        return install(tenant, app, files, access, isolation, limits, Map.of());
    }

    RevisionId install(
            TenantName tenant,
            String app,
            Map<String, String> files,
            KvBinding.Access access,
            Isolation isolation,
            FunctionLimits limits,
            Map<String, String> environment) {
        RevisionId id = new RevisionId(tenant, new AppName(app), numbers.incrementAndGet());
        Map<String, byte[]> bytes =
                files.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        file -> file.getValue().getBytes(StandardCharsets.UTF_8)));
        pool.install(
                        new FunctionImage(
                                id,
                                "main.js",
                                bytes,
                                isolation,
                                1,
                                limits,
                                environment,
                                List.of(new KvBinding(services, access, usage::of)),
                                (_, level, line) -> log.add(level + " " + line)))
                .join();
        return id;
    }

    /** Calls a function and waits for the end. */
    Answer get(RevisionId id, String path, String... headers) {
        Answer answer = new Answer();
        start(id, path, answer, headers);
        answer.report();
        return answer;
    }

    Call start(RevisionId id, String path, Answer answer, String... headers) {
        return pool.call(
                id,
                new FunctionRequest(
                        "request-1", "GET", "https://app.localhost" + path, headers, null),
                answer);
    }

    /** Lines of the log since the last look. */
    List<String> takeLog() {
        List<String> lines = new ArrayList<>();
        for (String line = log.poll(); line != null; line = log.poll()) {
            lines.add(line);
        }
        return lines;
    }

    @Override
    public void close() {
        pool.close();
        store.close();
    }

    /** A response as a test sees it. */
    static class Answer implements ResponseSink {
        private final CompletableFuture<CallReport> report = new CompletableFuture<>();
        private final CompletableFuture<Void> firstPiece = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Override
        public synchronized void head(ResponseHead sent) {
            byte[] whole = sent.body();
            if (whole != null) {
                body.writeBytes(whole);
            }
        }

        @Override
        public synchronized CompletionStage<Void> write(byte[] chunk) {
            body.writeBytes(chunk);
            firstPiece.complete(null);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {}

        @Override
        public void finished(CallReport end) {
            report.complete(end);
        }

        CallReport report() {
            return report.orTimeout(300, TimeUnit.SECONDS).join();
        }

        void awaitFirstPiece() {
            firstPiece.orTimeout(300, TimeUnit.SECONDS).join();
        }

        synchronized String text() {
            return body.toString(StandardCharsets.UTF_8);
        }
    }
}
