package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Databases of several functions and tenants, and what functions leave behind. */
@Timeout(300)
final class KvInIsolatesTest {
    private static final String PUT_AND_GET =
            """
            export default {
              async fetch(request, env) {
                const kv = await Deno.openKv(request.headers.get("x-database") ?? undefined);
                const value = request.headers.get("x-value");
                if (value !== null) await kv.set(["shared", "key"], value);
                const seen = [];
                for await (const { key, value } of kv.list({ prefix: [] })) seen.push(`${key.join("/")}=${value}`);
                return new Response(seen.join(" "));
              },
            };
            """;
    private static final String COUNT =
            """
            export default {
              async fetch(request, env) {
                for (let attempt = 1; ; attempt++) {
                  const entry = await env.KV.get(["count"]);
                  const result = await env.KV.atomic().check(entry).set(["count"], (entry.value ?? 0) + 1).commit();
                  if (result.ok) {
                    await env.KV.atomic().sum(["sum"], 1n).commit();
                    return new Response(String(attempt));
                  }
                }
              },
            };
            """;
    private static final String WATCH =
            """
            export default {
              async fetch(request, env) {
                const { readable, writable } = new TransformStream();
                const writer = writable.getWriter();
                const encoder = new TextEncoder();
                const stream = env.KV.watch([["watched"]]);
                const first = stream.getReader();
                const entries = (await first.read()).value;
                writer.write(encoder.encode(`${entries[0].value}\\n`));
                if (request.url.endsWith("/leave")) return new Response("left");
                first.read().then(({ value }) => writer.write(encoder.encode(`${value[0].value}\\n`))).then(() => writer.close());
                return new Response(readable);
              },
            };
            """;

    @TempDir static Path folder;
    private static KvPlayground playground;

    @BeforeAll
    static void open() {
        playground = new KvPlayground(folder);
    }

    @AfterAll
    static void close() {
        playground.close();
    }

    private static RevisionId install(String tenant, String app, String source) {
        return playground.install(
                new TenantName(tenant), app, Map.of("main.js", source), KvBinding.Access.GRANTED);
    }

    @Test
    void everyAppHasADatabaseOfItsOwnAndTenantsShareNone() {
        RevisionId ours = install("ours", "app-one", PUT_AND_GET);
        RevisionId sibling = install("ours", "app-two", PUT_AND_GET);
        RevisionId theirs = install("theirs", "app-one", PUT_AND_GET);
        assertThat(playground.get(ours, "/", "x-value", "ours").text())
                .isEqualTo("shared/key=ours");
        assertThat(playground.get(sibling, "/").text()).isEmpty();
        assertThat(playground.get(theirs, "/").text()).isEmpty();
        assertThat(playground.get(sibling, "/", "x-database", "app-one").text())
                .as("another database of the same tenant")
                .isEqualTo("shared/key=ours");
        assertThat(playground.get(theirs, "/", "x-database", "app-one").text()).isEmpty();
        playground.get(theirs, "/", "x-value", "theirs");
        assertThat(playground.get(ours, "/").text()).isEqualTo("shared/key=ours");
        assertThat(playground.get(theirs, "/").text()).isEqualTo("shared/key=theirs");
    }

    @Test
    void noNameLeadsOutOfTheTenant() {
        RevisionId theirs = install("theirs", "app-one", PUT_AND_GET);
        for (String name :
                List.of("system", "t.ours.app-one", "../ours/app-one", "ours/app-one", "ours:x")) {
            KvPlayground.Answer answer = playground.get(theirs, "/", "x-database", name);
            if (name.equals("system")) {
                assertThat(answer.text()).as("the tenant's own database of that name").isEmpty();
            } else {
                assertThat(answer.report().outcome()).as(name).isEqualTo(Outcome.EXCEPTION);
            }
        }
        assertThat(playground.takeLog()).anyMatch(line -> line.contains("Database name"));
    }

    @Test
    void aFunctionWithoutThePermissionIsRefused() {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "refused",
                        Map.of(
                                "main.js",
                                """
                                export default {
                                  async fetch(request, env) {
                                    const told = (error) => `${error.name}: ${error.message}`;
                                    return new Response([
                                      await Deno.openKv().catch(told),
                                      await env.KV.get(["a"]).catch(told),
                                      await env.KV.set(["a"], 1).catch(told),
                                      await env.KV.watch([["a"]]).getReader().read().catch(told),
                                    ].join("\\n"));
                                  },
                                };
                                """),
                        KvBinding.Access.REFUSED);
        assertThat(playground.get(id, "/").text().lines())
                .hasSize(4)
                .allMatch(
                        line ->
                                line.startsWith("PermissionDenied: Requires kv access")
                                        && line.contains("permissions.kv"));
    }

    @Test
    void concurrentIncrementsAreAllCounted() {
        RevisionId id = install("acme", "counter", COUNT);
        List<KvPlayground.Answer> answers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            KvPlayground.Answer answer = new KvPlayground.Answer();
            playground.start(id, "/", answer);
            answers.add(answer);
        }
        for (KvPlayground.Answer answer : answers) {
            assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
        }
        KvDatabase database = playground.database("acme", "counter");
        byte[] sixtyFour = {(byte) 0xff, 15, 'I', (byte) 0x80, 1};
        assertThat(database.get(KvKey.of("count")).join().orElseThrow().value())
                .isEqualTo(new KvValue.V8(sixtyFour));
        assertThat(database.get(KvKey.of("sum")).join().orElseThrow().value())
                .isEqualTo(new KvValue.U64(64));
    }

    @Test
    void aWatchIsToldOfOthersWritesAndEndsWithItsIsolate() {
        RevisionId id = install("acme", "watcher", WATCH);
        KvPlayground.Answer answer = new KvPlayground.Answer();
        playground.start(id, "/", answer);
        answer.awaitFirstPiece();
        assertThat(playground.services().watches().get()).isEqualTo(1);
        KvDatabase database = playground.database("acme", "watcher");
        database.set(KvKey.of("watched"), new KvValue.U64(7)).join();
        assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(answer.text()).isEqualTo("null\n7\n");
        await(() -> playground.services().watches().get() == 0);

        assertThat(playground.get(id, "/leave").text()).isEqualTo("left");
        await(() -> playground.services().watches().get() == 0);
    }

    @Test
    void waitingForADatabaseCostsNoCpuTime() {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "patient",
                        Map.of(
                                "main.js",
                                """
                                export default {
                                  async fetch(request, env) {
                                    const reader = env.KV.watch([["never"]]).getReader();
                                    await reader.read();
                                    await reader.read();
                                  },
                                };
                                """),
                        KvBinding.Access.GRANTED,
                        Isolation.REQUEST,
                        new FunctionLimits(2_000, 128, 3_000));
        KvPlayground.Answer answer = playground.get(id, "/");
        assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEEDED_WALL_TIME);
        assertThat(answer.report().message()).contains("Deno.Kv.watch");
        await(() -> playground.services().watches().get() == 0);
    }

    @Test
    void whatIsolatesTakeOfTheHostIsGivenBack() {
        RevisionId id =
                install(
                        "acme",
                        "greedy",
                        """
                        export default {
                          async fetch(request, env) {
                            const large = new Uint8Array(60_000);
                            for (let i = 0; i < 20; i++) await env.KV.set(["large", i], large);
                            for (let i = 0; i < 4; i++) for await (const _ of env.KV.list({ prefix: [] }, { batchSize: 1000 })) break;
                            for (let i = 0; i < 200; i++) env.KV.get(["large", i % 20]);
                            return new Response("left");
                          },
                        };
                        """);
        for (int i = 0; i < 3; i++) {
            assertThat(playground.get(id, "/").text()).isEqualTo("left");
        }
        await(() -> playground.services().memory().usedBytes() == 0);
    }

    @Test
    void aStoredValueThatIsBrokenIsAnErrorOfTheFunction() {
        playground
                .database("acme", "broken")
                .set(KvKey.of("a"), new KvValue.V8(new byte[] {(byte) 0xff, 15, 'A', 127}))
                .join();
        RevisionId id =
                install(
                        "acme",
                        "broken",
                        "export default { fetch: (_, env) => env.KV.get(['a']).catch((e) => new Response(`${e.name}: ${e.message}`)) }");
        assertThat(playground.get(id, "/").text())
                .isEqualTo("RangeError: could not deserialize value: it ends too early");
    }

    @Test
    void anIsolateOfARevisionKeepsItsDatabaseBetweenRequests() {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "kept",
                        Map.of(
                                "main.js",
                                """
                                const kv = await Deno.openKv();
                                Deno.serve(async () => {
                                  await kv.atomic().sum(["n"], 1n).commit();
                                  return new Response(String((await kv.get(["n"])).value));
                                });
                                """),
                        KvBinding.Access.GRANTED,
                        Isolation.REVISION,
                        KvPlayground.WIDE);
        assertThat(playground.get(id, "/").text()).isEqualTo("1");
        assertThat(playground.get(id, "/").text()).isEqualTo("2");
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
