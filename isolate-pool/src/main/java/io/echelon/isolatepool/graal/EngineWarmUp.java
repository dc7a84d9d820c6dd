package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionImage;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Limits;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the platform's scripts once before any function does. The first isolate of a cold process
 * takes a second of CPU time, for the engine's classes and the platform's parsing; a function's
 * quotas are not meant for that.
 */
final class EngineWarmUp {
    private static final long AT_MOST_SECONDS = 60;
    private static final RevisionId ID =
            new RevisionId(TenantName.DEFAULT, new AppName("warm-up"), 1);

    /** Uses every script of the platform that an ordinary function is likely to use. */
    private static final String CODE =
            """
            for (let i = 0; i < 3; i++) {
              const url = new URL("https://a.example:8443/b/c?d=e#f");
              url.searchParams.append("g", "h");
              const headers = new Headers({ accept: "*/*", "content-type": "application/json" });
              const request = new Request(url, { method: "POST", headers, body: JSON.stringify({ i }) });
              await request.clone().json();
              const response = new Response(request.body, { status: 201, headers });
              await response.text();
              await Response.json({ list: [1, "two", null] }).arrayBuffer();
              const pieces = new TransformStream();
              const writer = pieces.writable.getWriter();
              writer.write(new TextEncoder().encode("piece"));
              writer.close();
              await new Response(pieces.readable).text();
              const form = new FormData();
              form.append("file", new Blob(["text"]), "a.txt");
              await new Response(form).formData();
              structuredClone(new Map([[1, { two: new Date() }]]));
              const controller = new AbortController();
              controller.signal.addEventListener("abort", () => {});
              controller.abort();
              await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x"));
              crypto.randomUUID();
              await new Promise((resolve) => setTimeout(resolve, 1));
              console.log("%s", { a: [1, new Map()] }, btoa("x"), performance.now(), new Error("e"));
            }
            """;

    private EngineWarmUp() {}

    /** Returns when the scripts have been read and used; what goes wrong is logged. */
    static void run(PoolServices services) {
        Outcome outcome = new Outcome();
        FunctionImage image =
                new FunctionImage(
                        ID,
                        "main.js",
                        Map.of("main.js", CODE.getBytes(StandardCharsets.UTF_8)),
                        Isolation.REQUEST,
                        0,
                        new FunctionLimits(
                                Limits.CPU_MS_MAX, Limits.MEMORY_MB_DEFAULT, Limits.WALL_MS_MAX),
                        Map.of(),
                        List.of(),
                        (guest, level, message) -> {});
        new JsIsolate(FunctionCode.program(image, List.of()), services, outcome).start(Lane.SHORT);
        try {
            outcome.over.get(AT_MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            PoolLog.error("the engine could not be warmed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Outcome implements IsolateOwner {
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        @Override
        public void started(JsIsolate isolate) {}

        @Override
        public void startFailed(JsIsolate isolate, String message) {
            over.completeExceptionally(new IllegalStateException(message));
        }

        @Override
        public void served(JsIsolate isolate, JsCall call) {}

        @Override
        public void ended(JsIsolate isolate) {
            if (!isolate.isEnding()) {
                over.complete(null);
            }
        }
    }
}
