package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Operations one after the other in one isolate: microseconds each, best of several rounds. */
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
              "atomic check and set": async () => {
                const entry = await kv.get(["a", 4]);
                await kv.atomic().check(entry).set(["a", 4], value).commit();
              },
              "list of 100": async () => { for await (const _ of kv.list({ prefix: ["list"] })); },
            };
            export default {
              async fetch() {
                const lines = [];
                for (const [name, way] of Object.entries(ways)) {
                  let best = Infinity;
                  const deadline = performance.now() + SECONDS * 1000;
                  while (performance.now() < deadline) {
                    const begun = performance.now();
                    for (let i = 0; i < 100; i++) await way();
                    best = Math.min(best, (performance.now() - begun) * 10);
                  }
                  lines.push(`${name}: ${best.toFixed(1)} us`);
                }
                return new Response(lines.join("\\n"));
              },
            };
            """
                    .replace("SECONDS", String.valueOf(SECONDS));

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
            System.out.println(playground.get(operations, "/").text());
            for (Isolation isolation : List.of(Isolation.REQUEST, Isolation.REVISION)) {
                requests(playground, "hello", HELLO, isolation);
                requests(playground, "get and set", GET_AND_SET, isolation);
            }
        }
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
        List<Long> rates = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            rates.add(rate(playground, id));
        }
        System.out.printf("%s, %s: requests/s %s%n", what, isolation, rates);
    }

    private static long rate(KvPlayground playground, RevisionId id) throws InterruptedException {
        Semaphore callers = new Semaphore(CALLERS);
        long done = 0;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < SECONDS * 1_000_000_000L / 2) {
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
        return done * 1_000_000_000L / (System.nanoTime() - begun);
    }
}
