export default {
  async fetch(request, env, ctx) {
    const roots = [
      {}, [], "", 1, 1n, true, Symbol(), /x/, () => {}, async () => {}, function* () {}, async function* () {}, class {},
      new Map(), new Date(), new Error(), Promise.resolve(), new Proxy({}, {}), new Uint8Array(), request, env, ctx,
      request.headers, request.signal, new Response(""), new URL("http://a/"), console, crypto, performance, JSON, Math,
      setTimeout, fetch, console.log, crypto.subtle, Deno, new WebAssembly.Memory({ initial: 1 }), import.meta,
      (await fetch("https://example.com/")), structuredClone, atob, queueMicrotask,
    ];
    for (const root of roots) {
      for (let type = root?.constructor, depth = 0; typeof type === "function" && depth < 5; type = type.constructor, depth++) {
        if (isHost(type)) found(`a host constructor of ${String(root)}`);
        if (type === type.constructor) break;
      }
      attempt("constructor", () => root.constructor.constructor("return globalThis")() !== globalThis);
      attempt("constructor this", () => root.constructor.constructor("return this")() !== globalThis);
      attempt("constructor Java", () => root.constructor.constructor("return typeof Java")() !== "undefined");
    }
    for (const sample of [async () => {}, function* () {}, async function* () {}]) {
      const Type = sample.constructor;
      const made = new Type("return globalThis");
      const value = await made();
      const got = value?.next ? (await value.next()).value : value;
      if (got !== globalThis) found(`${Type.name} has another global object`);
    }
    return report();
  },
};
