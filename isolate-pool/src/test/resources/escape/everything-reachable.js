export default {
  async fetch(request, env, ctx) {
    const count = walk("globalThis", globalThis);
    if (count < 1000) found(`the walk ended after ${count} objects`);
    walk("request", request);
    walk("env", env);
    walk("ctx", ctx);
    walk("generator", (function* () {})());
    walk("asyncGenerator", (async function* () {})());
    walk("iterator", [][Symbol.iterator]());
    walk("namespace", await import("./main.js").catch(() => null));
    walk("meta", import.meta);
    walk("module", new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
    walk("memory", new WebAssembly.Memory({ initial: 1 }));
    walk("table", new WebAssembly.Table({ initial: 1, element: "anyfunc" }));
    return report();
  },
};
