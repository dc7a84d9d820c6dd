package io.echelon.edgeruntime;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Limits;
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
import org.jspecify.annotations.Nullable;

/** Calls a small function until the engine is warm, so that no user's request has to. */
final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final int CALLS = 700;
    private static final byte[] BODY = "{\"a\":[1,2,3]}".getBytes(StandardCharsets.UTF_8);
    private static final Duration AT_MOST = Duration.ofSeconds(4);
    private static final RevisionId ID =
            new RevisionId(new TenantName("echelon-internal"), new AppName("warm-up"), 1);

    /** Goes through what most functions use; what throws is only not warmed. */
    private static final String CODE =
            """
            class Routes {
              #table = new Map();
              static #order = Symbol("order");
              add(method, path, ...handlers) {
                const names = [...path.matchAll(/:(\\w+)/g)].map(([, name]) => name);
                const source = path.replace(/:\\w+/g, () => "([^/]+)");
                const route = { method, names, pattern: new RegExp(`^${source}$`), handlers };
                route[Routes.#order] = this.#table.size;
                this.#table.set(`${method} ${path}`, Object.freeze(route));
                return this;
              }
              *matching(method, path) {
                for (const [, { method: wanted, ...route }] of this.#table) {
                  const found = wanted === method || wanted === "ALL" ? route.pattern.exec(path) : null;
                  if (found) yield { ...route, values: found.slice(1).map(decodeURIComponent) };
                }
              }
              async run(context, path) {
                const routes = [...this.matching(context.method, path)];
                routes.sort((a, b) => a[Routes.#order] - b[Routes.#order]);
                const chain = routes.flatMap(({ handlers, names, values }) =>
                  handlers.map((handler) => [handler, Object.fromEntries(names.map((n, i) => [n, values[i]]))]));
                const next = async (index) => {
                  const [handler, params = {}] = chain[index] ?? [];
                  if (!handler) throw new TypeError("no route", { cause: path });
                  return handler.call(context, Object.assign(context, { params }), next.bind(null, index + 1));
                };
                try {
                  return await next(0);
                } catch (e) {
                  if (!(e instanceof TypeError)) throw e;
                  return new Response(e?.message, { status: 404 });
                } finally {
                  context.ended = Date.now();
                }
              }
            }
            const routes = new Routes()
              .add("ALL", "/path", async (c, next) => {
                const response = await next();
                response.headers.set("x-took", (c.ended ?? 0) + "ms");
                return response;
              })
              .add("POST", "/:name", ({ params: { name }, query, ...rest }) => {
                const page = `<h1>${name.toUpperCase().padEnd(8).trim()}</h1>`.replaceAll("<", "&lt;");
                const parts = query.split("&").filter(Boolean).reduce((sum, pair) => {
                  const [key, value = ""] = pair.split("=", 2);
                  sum[key] = (sum[key] ?? []).concat(parseInt(value, 10) || value);
                  return sum;
                }, Object.create(null));
                const seen = new Set(Object.keys(rest).concat(Reflect.ownKeys(parts)));
                return new Response(page + JSON.stringify({ parts, seen: [...seen] }, null, 1), {
                  headers: new Headers([["content-type", "text/html; charset=utf-8"]]),
                });
              });
            const ways = [
              (request, url) =>
                routes.run({ method: request.method, query: url.search.slice(1) }, url.pathname),
              (request, url) => Response.json({ path: url.pathname, all: [...request.headers] }),
              async (request) => new Response(await request.text()),
              async () => {
                await new Promise((resolve) => setTimeout(resolve, 0));
                return new Response("waited", { status: 201, headers: { "x-a": "b" } });
              },
              (request) => new Response(request.body),
              (request) =>
                new Response(
                  request.body.pipeThrough(
                    new TransformStream({
                      transform(chunk, controller) {
                        controller.enqueue(chunk);
                      },
                    }),
                  ),
                ),
              async () => {
                const bytes = new TextEncoder().encode("warm" + crypto.randomUUID());
                const hash = await crypto.subtle.digest("SHA-256", bytes);
                return new Response(btoa(new TextDecoder("latin1").decode(hash)));
              },
              async (request) => Response.json(structuredClone(await request.json())),
            ];
            export default {
              async fetch(request) {
                const url = new URL(request.url);
                try {
                  return await ways[Number(url.searchParams.get("way")) % ways.length](request, url);
                } catch (e) {
                  return new Response(String(e), { status: 500 });
                }
              },
            };
            """;

    /** Cold code is ten times slower than what quotas are meant for. */
    private static final FunctionLimits UNHURRIED =
            new FunctionLimits(Limits.CPU_MS_MAX, Limits.MEMORY_MB_DEFAULT, Limits.WALL_MS_MAX);

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
                                    UNHURRIED,
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
                "POST",
                "http://warm-up.invalid/path?way=" + number,
                new String[] {"host", "warm-up.invalid", "content-type", "application/json"},
                new Body());
    }

    /** A small body in one piece. */
    private static final class Body implements BodySource {
        private boolean read;

        @Override
        public CompletionStage<byte @Nullable []> read() {
            byte[] piece = read ? null : BODY.clone();
            read = true;
            return CompletableFuture.completedFuture(piece);
        }

        @Override
        public void cancel() {}
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
