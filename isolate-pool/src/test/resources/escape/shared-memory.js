export default {
  async fetch() {
    attempt("Atomics.wait", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) && "waited");
    attempt("wasm shared memory", () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer && false);
    attempt("Worker", () => new Worker("data:text/javascript,"));
    attempt("MessageChannel to elsewhere", () => typeof Worker !== "undefined");
    return report();
  },
};
