package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Measures what databases cost functions, within one process over a local store;
 * docs/performance.md says how it is run.
 */
final class KvFigures {
    private static final int SECONDS = Integer.getInteger("echelon.figures.seconds", 10);
    private static final int CALLERS = 16;

    /** A hundred operations one after the other in one isolate; answers how long they took. */
    private static final String OPERATIONS =
            """
            const kv = await Deno.openKv();
            const value = { name: "someone", tags: ["a", "b"], at: new Date(5), text: "x".repeat(120) };
            const large = new Uint8Array(60_000);
            await kv.set(["a", 1], value);
            for (let i = 0; i < 100; i++) await kv.set(["list", i], value);
            const ways = {
              "get, eventual": () => kv.get(["a", 1], { consistency: "eventual" }),
              "get, strong": () => kv.get(["a", 1]),
              "set": () => kv.set(["a", 2], value),
              "set of 60,000 bytes": () => kv.set(["a", 3], large),
              "get, check and set": async () => {
                const entry = await kv.get(["a", 4]);
                await kv.atomic().check(entry).set(["a", 4], value).commit();
              },
              "list of 100": async () => { for await (const _ of kv.list({ prefix: ["list"] })); },
            };
            export default {
              async fetch(request) {
                const way = ways[request.headers.get("x-way")];
                const begun = performance.now();
                for (let i = 0; i < 100; i++) await way();
                return new Response(String((performance.now() - begun) * 10));
              },
            };
            """;

    private static final List<String> WAYS =
            List.of(
                    "get, eventual",
                    "get, strong",
                    "set",
                    "set of 60,000 bytes",
                    "get, check and set",
                    "list of 100");

    private static final String HELLO =
            "export default { fetch() { return new Response('Hello'); } }";
    private static final String GET_AND_SET =
            """
            export default {
              async fetch(request, env) {
                const key = ["visits", Math.floor(Math.random() * 1000)];
                const { value } = await env.KV.get(key);
                await env.KV.set(key, (value ?? 0) + 1);
                return new Response("ok");
              },
            };
            """;

    private KvFigures() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("kv-figures");
        try (KvPlayground playground = new KvPlayground(folder)) {
            RevisionId operations =
                    playground.install(
                            new TenantName("acme"),
                            "operations",
                            Map.of("main.js", OPERATIONS),
                            KvBinding.Access.GRANTED,
                            Isolation.REVISION,
                            KvPlayground.ENDLESS);
            for (int round = 0; round < 2; round++) {
                for (String way : WAYS) {
                    operations(playground, operations, way);
                }
            }
            for (Isolation isolation : List.of(Isolation.REQUEST, Isolation.REVISION)) {
                requests(playground, "hello", HELLO, isolation);
                requests(playground, "get and set", GET_AND_SET, isolation);
            }
        }
    }

    /** Prints the least time of an operation, on the clock and on the isolate's processor. */
    private static void operations(KvPlayground playground, RevisionId id, String way) {
        double clockMicros = Double.MAX_VALUE;
        double cpuMicros = Double.MAX_VALUE;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < SECONDS * 1_000_000_000L) {
            KvPlayground.Answer answer = playground.get(id, "/", "x-way", way);
            clockMicros = Math.min(clockMicros, Double.parseDouble(answer.text()));
            cpuMicros = Math.min(cpuMicros, answer.report().cpuNanos() / 1e5);
        }
        System.out.printf(
                "%s: %.1f us, of which %.1f us in the isolate%n", way, clockMicros, cpuMicros);
    }

    private static void requests(
            KvPlayground playground, String what, String source, Isolation isolation)
            throws InterruptedException {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "requests",
                        Map.of("main.js", source),
                        KvBinding.Access.GRANTED,
                        isolation,
                        KvPlayground.ENDLESS);
        for (int round = 0; round < 4; round++) {
            long cpuNanos = processCpuNanos();
            long begun = System.nanoTime();
            long done = call(playground, id);
            System.out.printf(
                    "%s, %s: %,d requests/s, %.0f us of processor time each%n",
                    what,
                    isolation,
                    done * 1_000_000_000L / (System.nanoTime() - begun),
                    (processCpuNanos() - cpuNanos) / 1e3 / done);
        }
    }

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Calls a function for a while; says how often. */
    private static long call(KvPlayground playground, RevisionId id) throws InterruptedException {
        Semaphore callers = new Semaphore(CALLERS);
        long done = 0;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < SECONDS * 1_000_000_000L) {
            callers.acquire();
            done++;
            playground.start(
                    id,
                    "/",
                    new KvPlayground.Answer() {
                        @Override
                        public void finished(CallReport end) {
                            callers.release();
                            if (end.outcome() != Outcome.OK) {
                                System.err.println(end);
                            }
                        }
                    });
        }
        callers.acquire(CALLERS);
        return done;
    }
}
