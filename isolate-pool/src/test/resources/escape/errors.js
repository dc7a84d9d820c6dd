const broken = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 9, 9, 9]);
const trap = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 5, 1, 3, 0, 0, 11,
]);
const endless = [];
endless.toString = () => String(endless);
const attempts = {
  json: () => JSON.parse("{"),
  regexp: () => new RegExp("("),
  syntax: () => new Function("{"),
  eval: () => (0, eval)("let let"),
  reference: () => missing,
  repeat: () => "x".repeat(2 ** 30),
  length: () => new Array(-1),
  typedArray: () => new Uint8Array(2 ** 40),
  typedArrayLimit: () => new Uint8Array(2 ** 31 - 1),
  bigint: () => 2n ** (2n ** 60n),
  bigintSyntax: () => BigInt("x"),
  intl: () => new Intl.NumberFormat("xx-invalid-locale-!"),
  timeZone: () => new Intl.DateTimeFormat("en", { timeZone: "No/Where" }),
  date: () => new Date(NaN).toISOString(),
  normalize: () => "x".normalize("NFX"),
  codePoint: () => String.fromCodePoint(-1),
  wasmModule: () => new WebAssembly.Module(broken),
  wasmTrap: () => new WebAssembly.Instance(new WebAssembly.Module(trap)).exports.run(),
  wasmMemory: () => new WebAssembly.Memory({ initial: 70000 }),
  wasmImport: () => new WebAssembly.Instance(new WebAssembly.Module(trap), 1),
  wasmAsync: () => WebAssembly.instantiate(broken),
  recursion: () => (function deep() { deep(); })(),
  recursionInHost: () => String(endless),
  recursionInJson: () => { let o = []; for (let i = 0; i < 50000; i++) o = [o]; JSON.stringify(o); },
  recursionInParser: () => (0, eval)("(".repeat(50000)),
  recursionInRegexp: () => new RegExp("(".repeat(50000) + ")".repeat(50000)),
  revoked: () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); proxy.x; },
  atob: () => atob("*"),
  url: () => new URL("no url"),
  decoder: () => new TextDecoder("no-such-encoding"),
  fatal: () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])),
  clone: () => structuredClone(() => {}),
  headers: () => new Headers({ "a b": "\n" }),
  response: () => new Response("", { status: 9000 }),
  random: () => crypto.getRandomValues(new Uint8Array(70000)),
  digest: () => crypto.subtle.digest("NO-SUCH", new Uint8Array(1)),
  fetchScheme: () => fetch("file:///etc/passwd"),
  fetchUrl: () => fetch("http://"),
  importMissing: () => import("./missing.js"),
  importFile: () => import("/etc/passwd"),
  importNul: () => import("./a\0b.js"),
  importUrl: () => import("http://127.0.0.1/x.js"),
  importLong: () => import("./" + "x".repeat(100000)),
  receiver: () => Request.prototype.text.call({}),
  setTimeout: () => setTimeout("code"),
  atomics: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  kv: () => Deno.openKv(),
  readFile: () => Deno.readTextFile("/etc/passwd"),
};
export default {
  async fetch() {
    for (const [name, action] of Object.entries(attempts)) {
      try {
        await action();
      } catch (error) {
        inspectError(name, error);
      }
    }
    return report();
  },
};
