package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.isolatepool.Call;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Calls on their way through the platform: handlers found, bodies moved, errors told. */
final class CallsTest {
    private static final Playground PLAYGROUND = new Playground();

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    private static String answerOf(String source) {
        return PLAYGROUND.get(PLAYGROUND.install(source), "/path?q=1").text();
    }

    @Test
    void findsTheHandlerInEveryStyle() {
        assertThat(answerOf("export default { fetch: () => new Response('object') }"))
                .isEqualTo("object");
        assertThat(
                        answerOf(
                                "class A { x = 'class'; fetch() { return new Response(this.x); } }"
                                        + " export default new A();"))
                .isEqualTo("class");
        assertThat(answerOf("export async function fetch() { return new Response('named'); }"))
                .isEqualTo("named");
        assertThat(answerOf("export default (request) => new Response('function')"))
                .isEqualTo("function");
        assertThat(answerOf("Deno.serve((request, info) => new Response(typeof info.remoteAddr))"))
                .isEqualTo("object");
        assertThat(answerOf("Deno.serve({ port: 1 }, () => new Response('options'))"))
                .isEqualTo("options");
        assertThat(answerOf("Deno.serve({ handler: () => new Response('inside') })"))
                .isEqualTo("inside");
    }

    @Test
    void saysWhatIsMissingWhenThereIsNoHandler() {
        assertThatThrownBy(() -> PLAYGROUND.install("export const a = 1; export default 5;"))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("a, default (a number)")
                .hasMessageContaining("Deno.serve");
    }

    @Test
    void modulesKnowWhereTheyLieInTheirBundle() {
        RevisionId id =
                PLAYGROUND.install(
                        Map.of(
                                "main.js",
                                """
                                import { here } from "./lib/part.mjs";
                                const all = [import.meta.url, here, new URL("./data/a b.json", import.meta.url)];
                                export default { fetch: () => new Response(all.join(" ")) };
                                """,
                                "lib/part.mjs",
                                "export const here = import.meta.url;"));
        assertThat(PLAYGROUND.get(id, "/").text())
                .isEqualTo("file:///main.js file:///lib/part.mjs file:///data/a%20b.json");
        RevisionId inside =
                PLAYGROUND.install(
                        "src/main.js",
                        Map.of(
                                "src/main.js",
                                """
                                import { here } from "../lib/part.mjs";
                                export default { fetch: () => new Response(`${import.meta.url} ${here}`) };
                                """,
                                "lib/part.mjs",
                                "export const here = import.meta.url;"));
        assertThat(PLAYGROUND.get(inside, "/").text())
                .isEqualTo("file:///src/main.js file:///lib/part.mjs");
    }

    @Test
    void answersErrorsOfDenoServeWithItsOwnHandler() {
        assertThat(
                        answerOf(
                                "Deno.serve({ onError: (e) => new Response('saw ' + e.message) },"
                                        + " async () => { throw new Error('it'); })"))
                .isEqualTo("saw it");
    }

    @Test
    void readsTheRequestsBodyInEveryForm() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          async fetch(request) {
                            const how = request.headers.get("x-how");
                            if (how === "stream") {
                              let text = "";
                              for await (const piece of request.body) text += `[${new TextDecoder().decode(piece)}]`;
                              return new Response(text);
                            }
                            if (how === "pass") return new Response(request.body);
                            const value = await request[how]();
                            return new Response(how === "json" ? value.a : how === "text" ? value : `${value.byteLength ?? value.size}`);
                          },
                        };
                        """);
        assertThat(PLAYGROUND.post(id, "/", new Pieces("one ", "two"), "x-how", "text").text())
                .isEqualTo("one two");
        assertThat(
                        PLAYGROUND
                                .post(id, "/", new Pieces("{\"a\":", "\"b\"}"), "x-how", "json")
                                .text())
                .isEqualTo("b");
        assertThat(PLAYGROUND.post(id, "/", new Pieces("abc"), "x-how", "arrayBuffer").text())
                .isEqualTo("3");
        assertThat(PLAYGROUND.post(id, "/", new Pieces("ab", "c"), "x-how", "bytes").text())
                .isEqualTo("3");
        assertThat(PLAYGROUND.post(id, "/", new Pieces("ab", "c"), "x-how", "blob").text())
                .isEqualTo("3");
        assertThat(PLAYGROUND.post(id, "/", new Pieces("ab", "c"), "x-how", "stream").text())
                .isEqualTo("[ab][c]");
        assertThat(PLAYGROUND.post(id, "/", new Pieces("ab", "c"), "x-how", "pass").text())
                .isEqualTo("abc");
        assertThat(PLAYGROUND.post(id, "/", new Pieces(), "x-how", "text").text()).isEmpty();
    }

    @Test
    void leavesABodyUnreadThatNobodyAsksFor() {
        RevisionId id = PLAYGROUND.install("export default { fetch: () => new Response('x') }");
        Pieces body = new Pieces("much");
        assertThat(PLAYGROUND.post(id, "/", body).text()).isEqualTo("x");
        assertThat(body.reads()).isZero();
    }

    @Test
    void cancelsTheRequestsBodyWhenTheGuestDoes() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { async fetch(request) { await request.body.cancel();"
                                + " return new Response('x'); } }");
        Pieces body = new Pieces("much", "more");
        PLAYGROUND.post(id, "/", body);
        assertThat(body.isCancelled()).isTrue();
    }

    @Test
    void streamsAResponseAsFastAsItIsTaken() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          fetch() {
                            let made = 0;
                            return new Response(new ReadableStream({
                              pull(controller) {
                                controller.enqueue(new TextEncoder().encode(`${made++} `));
                                if (made === 5) controller.close();
                              },
                            }, { highWaterMark: 0 }), { headers: { "X-Kind": "stream" }, status: 201 });
                          },
                        };
                        """);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Answer answer = new Answer(_ -> gate);
        PLAYGROUND.start(id, "GET", "/", null, answer);
        answer.awaitFirstPiece();
        assertThat(answer.head().status()).isEqualTo(201);
        assertThat(answer.header("x-kind")).isEqualTo("stream");
        assertThat(answer.pieces()).isEqualTo(1);
        gate.complete(null);
        assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(answer.text()).isEqualTo("0 1 2 3 4 ");
        assertThat(answer.isEnded()).isTrue();
    }

    @Test
    void passesAnAnswerOnWithoutAStream() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { fetch: () => fetch('http://up.example/pieces/a/b/c') }");
        Answer answer = PLAYGROUND.get(id, "/");
        assertThat(answer.text()).isEqualTo("abc");
        assertThat(answer.pieces()).isEqualTo(3);
        assertThat(answer.isEnded()).isTrue();
    }

    @Test
    void breaksOffWhenTheStreamFails() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          fetch: () => new Response(new ReadableStream({
                            start(controller) { controller.enqueue(new Uint8Array([65])); },
                            pull() { throw new RangeError("no more"); },
                          }, { highWaterMark: 2 })),
                        };
                        """);
        Answer answer = PLAYGROUND.get(id, "/");
        assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        assertThat(answer.isEnded()).isFalse();
        assertThat(PLAYGROUND.takeLog()).anyMatch(line -> line.contains("RangeError: no more"));
    }

    @Test
    void firesTheSignalAndCancelsTheStreamWhenTheCallerLeaves() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          fetch(request) {
                            request.signal.addEventListener("abort", () => console.log("signal", request.signal.reason.name));
                            return new Response(new ReadableStream({
                              pull(controller) { controller.enqueue(new Uint8Array([65])); },
                              cancel(reason) { console.log("cancel", reason.name); },
                            }));
                          },
                        };
                        """);
        Answer answer = new Answer(_ -> new CompletableFuture<>());
        Call call = PLAYGROUND.start(id, "GET", "/", null, answer);
        answer.awaitFirstPiece();
        call.cancel();
        assertThat(answer.report().outcome()).isEqualTo(Outcome.CANCELED);
        assertThat(PLAYGROUND.takeLog())
                .contains("INFO signal AbortError", "INFO cancel AbortError");
    }

    @Test
    void answersHeadWithoutABody() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { fetch: () => new Response(new ReadableStream({"
                                + " cancel() { console.log('cancelled') } })) }");
        Answer answer = new Answer();
        PLAYGROUND.start(id, "HEAD", "/", null, answer);
        assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void tellsErrorsWithTheirCauses() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          async fetch() {
                            function inner() { throw new TypeError("deep"); }
                            try { inner(); } catch (cause) { throw new Error("outer", { cause }); }
                          },
                        };
                        """);
        Answer answer = PLAYGROUND.get(id, "/");
        assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        String log = String.join("\n", PLAYGROUND.takeLog());
        assertThat(log).contains("Error: outer").contains("Caused by: TypeError: deep");
        assertThat(log).contains("inner").contains("main.js:3");
    }

    @Test
    void refusesWhatIsNoResponse() {
        String[] bad = {
            "'text'", "undefined", "null", "{ status: 200 }", "5", "Promise.resolve(1)"
        };
        for (String value : bad) {
            RevisionId id = PLAYGROUND.install("export default { fetch: () => (" + value + ") }");
            Answer answer = PLAYGROUND.get(id, "/");
            assertThat(answer.report().outcome()).as(value).isEqualTo(Outcome.EXCEPTION);
            assertThat(PLAYGROUND.takeLog())
                    .anyMatch(
                            line -> line.contains("TypeError: The handler must return a Response"));
        }
        RevisionId used =
                PLAYGROUND.install(
                        "export default { async fetch() { const r = new Response('x');"
                                + " await r.text(); return r; } }");
        assertThat(PLAYGROUND.get(used, "/").report().outcome()).isEqualTo(Outcome.EXCEPTION);
    }

    @Test
    void waitsForWhatWasAskedToBeWaitedFor() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          fetch(request, env, ctx) {
                            ctx.waitUntil(new Promise((resolve) => setTimeout(() => { console.log("later"); resolve(); }, 20)));
                            ctx.waitUntil(Promise.reject(new Error("lost")));
                            return new Response("now");
                          },
                        };
                        """);
        Answer answer = PLAYGROUND.get(id, "/");
        assertThat(answer.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(PLAYGROUND.takeLog())
                .anyMatch(line -> line.contains("INFO later"))
                .anyMatch(line -> line.startsWith("ERROR Uncaught (in ctx.waitUntil) Error: lost"));
    }

    @Test
    void logsRejectionsThatNobodyHandles() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { fetch() { Promise.reject(new Error('lost'));"
                                + " return new Promise(r => setTimeout(() => r(new Response('x')), 5)); } }");
        assertThat(PLAYGROUND.get(id, "/").text()).isEqualTo("x");
        assertThat(PLAYGROUND.takeLog())
                .anyMatch(line -> line.startsWith("ERROR Uncaught (in promise) Error: lost"));
    }
}
