package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What a call costs within the pool; {@code make bench} runs it. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 4, time = 5)
@Fork(1)
public class PoolBenchmark {
    private static final String HELLO =
            "export default { fetch() { return new Response('Hello'); } }";
    private static final FunctionRequest REQUEST =
            new FunctionRequest(
                    "bench",
                    "GET",
                    "http://hello.localhost/",
                    new String[] {"host", "hello.localhost", "user-agent", "bench"},
                    null);

    private GraalIsolatePool pool;
    private RevisionId fresh;
    private RevisionId shared;

    @Setup
    public void start() {
        pool =
                GraalIsolatePool.create(
                        PoolOptions.forThisMachine(
                                EngineRequirement.OPTIMIZING, PoolOptions.EQUAL_WEIGHTS));
        fresh = install(1, Isolation.REQUEST);
        shared = install(2, Isolation.REVISION);
    }

    private RevisionId install(int number, Isolation isolation) {
        RevisionId id = new RevisionId(TenantName.DEFAULT, new AppName("hello"), number);
        pool.install(
                        new FunctionImage(
                                id,
                                "main.js",
                                Map.of("main.js", HELLO.getBytes(StandardCharsets.UTF_8)),
                                isolation,
                                32,
                                FunctionLimits.DEFAULT,
                                Map.of(),
                                List.of(),
                                (guest, level, message) -> {}))
                .join();
        return id;
    }

    @TearDown
    public void stop() {
        pool.close();
    }

    /** Waits, outside the measured time, until isolates stand warm. */
    @State(Scope.Thread)
    public static class WarmIsolates {
        @Setup(Level.Invocation)
        public void await(PoolBenchmark benchmark) {
            while (benchmark.pool.statistics().idle() < 30) {
                Thread.onSpinWait();
            }
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public CallReport leaseCallAndCloseOfAWarmFreshIsolate(WarmIsolates warm) {
        return call(fresh);
    }

    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Threads(32)
    public CallReport freshIsolateForEachOf32CallsAtATime() {
        return call(fresh);
    }

    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Threads(32)
    public CallReport sharedIsolateFor32CallsAtATime() {
        return call(shared);
    }

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public long metersOfOneTask() {
        RunningTask task = RunningTask.begin(null, null);
        return task.ownCpuNanos() + task.ownAllocated();
    }

    private CallReport call(RevisionId id) {
        CompletableFuture<CallReport> result = new CompletableFuture<>();
        pool.call(id, REQUEST, new ReportOnly(result));
        CallReport report = result.join();
        if (report.outcome() != Outcome.OK) {
            throw new IllegalStateException(report.toString());
        }
        return report;
    }

    private record ReportOnly(CompletableFuture<CallReport> result) implements ResponseSink {
        @Override
        public void head(ResponseHead head) {}

        @Override
        public CompletionStage<Void> write(byte[] chunk) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {}

        @Override
        public void finished(CallReport report) {
            result.complete(report);
        }
    }
}
