import data from "./data.json" with { type: "json" };
import other, { state } from "./other.js";

let module = 0;
const tag = (strings) => strings;
const template = () => tag`a template`;

/** Everything in which an isolate could leave something, as a look at it and a way to leave it. */
const places = {
  global: [() => globalThis.left, () => (globalThis.left = true)],
  module: [() => module, () => module++],
  imported: [() => state.left, () => (state.left = true)],
  importedFunction: [() => other.left, () => (other.left = true)],
  json: [() => data.value, () => data.value++],
  meta: [() => import.meta.left, () => (import.meta.left = true)],
  objectPrototype: [() => ({}).left, () => (Object.prototype.left = true)],
  arrayPrototype: [() => [].left, () => (Array.prototype.left = true)],
  functionPrototype: [() => (() => {}).left, () => (Function.prototype.left = true)],
  iteratorPrototype: [() => [][Symbol.iterator]().left, () => (Object.getPrototypeOf([][Symbol.iterator]()).left = true)],
  typedArrayPrototype: [() => new Uint8Array().left, () => (Object.getPrototypeOf(Uint8Array.prototype).left = true)],
  json2: [() => JSON.left, () => (JSON.left = true)],
  math: [() => Math.left, () => (Math.max = () => "left", Math.left = true)],
  patched: [() => Math.max(1, 2) !== 2, () => {}],
  console: [() => console.left, () => (console.left = true)],
  response: [() => Response.prototype.left, () => (Response.prototype.left = true)],
  fetch: [() => fetch.left, () => (fetch.left = true)],
  webAssembly: [() => WebAssembly.Module.left, () => (WebAssembly.Module.left = true)],
  crypto: [() => crypto.subtle.left, () => (crypto.subtle.left = true)],
  deno: [() => Deno.env.left ?? Deno.env.get("LEFT"), () => { try { Deno.env.set("LEFT", "1"); } catch { Deno.env.left = true; } }],
  symbol: [() => globalThis[Symbol.for("left")], () => (globalThis[Symbol.for("left")] = true)],
  symbolPrototype: [() => Symbol.for("shared").left, () => (Symbol.prototype.left = true)],
  regexpStatics: [() => RegExp.$1 || RegExp.lastMatch, () => /(left)/.test("left")],
  regexpLastIndex: [() => RegExp.prototype.left, () => (RegExp.prototype.left = true)],
  error: [() => Error.left ?? Error.prepareStackTrace, () => { Error.left = true; Error.prepareStackTrace = () => "left"; }],
  stackTraceLimit: [() => Error.stackTraceLimit === 77, () => (Error.stackTraceLimit = 77)],
  template: [() => Reflect.ownKeys(template()).includes("left"), () => { try { template().left = true; } catch { /* frozen */ } }],
  templateMemory: [() => globalThis.templates?.has(template()), () => (globalThis.templates = new WeakSet([template()]))],
  functionLiteral: [() => template.left, () => (template.left = true)],
  generatorPrototype: [() => (function* () {})().left, () => (Object.getPrototypeOf(function* () {}).prototype.left = true)],
  asyncPrototype: [() => (async () => {}).left, () => (Object.getPrototypeOf(async () => {}).left = true)],
  promise: [() => Promise.resolve().left, () => (Promise.prototype.left = true)],
  intl: [() => Intl.left ?? Intl.NumberFormat.prototype.left, () => (Intl.left = Intl.NumberFormat.prototype.left = true)],
  number: [() => (1).left, () => (Number.prototype.left = true)],
  environment: [(env) => env?.LEFT, (env) => { try { env.LEFT = true; } catch { /* frozen */ } }],
  evaluated: [() => (0, eval)("typeof leftOver") !== "undefined", () => (0, eval)("var leftOver = 1")],
  lexical: [() => { try { return (0, eval)("leftLexical"); } catch { return undefined; } }, () => new Function("globalThis.leftLexical = 1")()],
};

export default {
  fetch(request, env) {
    const traces = Object.keys(places).filter((name) => places[name][0](env));
    for (const [, leave] of Object.values(places)) leave(env);
    return new Response(traces.length === 0 ? "no traces" : traces.join());
  },
};
