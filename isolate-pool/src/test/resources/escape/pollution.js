const captured = [];
const MOST = 20000;
let count = 0;
function captureOne(from, value) {
  if (!isObject(value) || count >= MOST) return;
  defineProperty(captured, count++, { __proto__: null, value: { __proto__: null, from, value }, configurable: true, enumerable: true, writable: true });
}
/** Keeps what passed; uses nothing that is tapped itself. */
function capture(from, self, values) {
  captureOne(from, self);
  for (let i = 0; i < values.length; i++) captureOne(from, values[i]);
}
/** Replaces a method by one that looks at everything that passes. */
function tap(owner, key) {
  const descriptor = getOwnPropertyDescriptor(owner, key);
  if (!descriptor?.configurable) return;
  const name = SafeString(key);
  const wrap = (original) => function (...values) {
    capture(name, this, values);
    const result = apply(original, this, values);
    captureOne(name, result);
    return result;
  };
  if (typeof descriptor.value === "function") descriptor.value = wrap(descriptor.value);
  else {
    if (descriptor.get) descriptor.get = wrap(descriptor.get);
    if (descriptor.set) descriptor.set = wrap(descriptor.set);
  }
  defineProperty(owner, key, descriptor);
}
const owners = [
  Function.prototype, Array.prototype, Object, Reflect, Promise, Promise.prototype, Map.prototype, Set.prototype, WeakMap.prototype,
  String.prototype, RegExp.prototype, ArrayBuffer, ArrayBuffer.prototype, getPrototypeOf(Uint8Array), getPrototypeOf(Uint8Array.prototype), JSON,
  getPrototypeOf([][Symbol.iterator]()), Array, Error, Number, Symbol.prototype, Date, BigInt.prototype,
];
const keys = owners.map((owner) => ownKeys(owner).filter((key) => key !== "constructor" && key !== "prototype"));
const NAMES = ["then", "get", "set", "value", "writable", "enumerable", "configurable", "next", "done", "return", "signal", "headers", "body", "what", "resolve", "reject", "type", "cause", "highWaterMark", "size", "start", "pull", "cancel", "exports"];
function pollute() {
  owners.forEach((owner, i) => keys[i].forEach((key) => tap(owner, key)));
  for (let i = 0; i < 20; i++) {
    defineProperty(Array.prototype, i, { __proto__: null, configurable: true, get() { captureOne("index", this); }, set(value) { captureOne("index", this); captureOne("index", value); defineProperty(this, i, { __proto__: null, value, writable: true, enumerable: true, configurable: true }); } });
  }
  for (const name of NAMES) {
    defineProperty(Object.prototype, name, {
      __proto__: null,
      configurable: true,
      get() { captureOne(`getter ${name}`, this); return undefined; },
      set(value) { captureOne(`setter ${name}`, this); captureOne(`setter ${name}`, value); defineProperty(this, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true }); },
    });
  }
}
export default {
  async fetch(request) {
    pollute();
    const actions = [
      () => console.log("x", { a: [1] }),
      () => new Promise((resolve) => setTimeout(resolve, 1)),
      () => fetch("https://example.com/"),
      () => crypto.getRandomValues(new Uint8Array(4)),
      () => crypto.subtle.digest("SHA-256", new Uint8Array(4)),
      () => new Response("abc").text(),
      () => new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)); c.close(); } })).arrayBuffer(),
      () => new URL("http://a/?b=c").searchParams.get("b"),
      () => [...new Headers({ a: "b" })],
      () => structuredClone({ a: 1 }),
      () => atob(btoa("x")),
      () => new TextDecoder().decode(new TextEncoder().encode("x")),
      () => new Blob(["a"]).arrayBuffer(),
      () => new FormData().append("a", "b"),
      () => new AbortController().abort(),
      () => request.signal.addEventListener("abort", () => {}),
      () => import("./main.js"),
      () => Deno.env.toObject(),
      () => crypto.randomUUID(),
      () => performance.now(),
    ];
    for (let i = 0; i < actions.length; i++) {
      try {
        await Promise.race([actions[i](), new Promise((resolve) => setTimeout(resolve, 100))]);
      } catch {
        // What breaks under this treatment is the guest's own loss.
      }
    }
    for (const name of NAMES) delete Object.prototype[name];
    for (let i = 0; i < 20; i++) delete Array.prototype[i];
    for (let i = 0; i < count; i++) if (isHost(captured[i].value)) found(`${captured[i].from} gave a host object`);
    if (count < 10) found(`only ${count} values were seen`);
    return report();
  },
};
