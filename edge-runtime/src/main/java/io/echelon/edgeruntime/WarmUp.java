package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Calls a small function until the engine is warm, so that no user's request has to. */
final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final int CALLS = 400;
    private static final Duration AT_MOST = Duration.ofSeconds(4);
    private static final RevisionId ID =
            new RevisionId(new TenantName("echelon-internal"), new AppName("warm-up"), 1);
    private static final String CODE =
            """
            export default {
              async fetch(request, env) {
                const url = new URL(request.url);
                const body = await request.text();
                return Response.json({ path: url.pathname, at: request.headers.get("host"), body });
              },
            };
            """;

    private WarmUp() {}

    /** Warms a pool's engine for a few seconds at most. */
    static void run(IsolatePool pool) throws InterruptedException {
        long end = System.nanoTime() + AT_MOST.toNanos();
        try {
            pool.install(
                            new FunctionImage(
                                    ID,
                                    "main.js",
                                    Map.of("main.js", CODE.getBytes(StandardCharsets.UTF_8)),
                                    Isolation.REQUEST,
                                    2,
                                    FunctionLimits.DEFAULT,
                                    Map.of(),
                                    List.of(),
                                    (guest, level, message) -> {}))
                    .get(30, TimeUnit.SECONDS);
            for (int i = 0; i < CALLS && System.nanoTime() - end < 0; i++) {
                Sink sink = new Sink();
                var _ = pool.call(ID, request(i), sink);
                sink.done.get(10, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The engine could not be warmed", e);
        } finally {
            pool.remove(ID);
        }
    }

    private static FunctionRequest request(int number) {
        return new FunctionRequest(
                "warm-up",
                "GET",
                "http://warm-up.invalid/path/" + number,
                new String[] {"host", "warm-up.invalid", "accept", "*/*"},
                null);
    }

    /** Takes an answer and forgets it. */
    private static final class Sink implements ResponseSink {
        final CompletableFuture<CallReport> done = new CompletableFuture<>();

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
            done.complete(report);
        }
    }
}
