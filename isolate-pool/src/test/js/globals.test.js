import { equal, ok, rejects, same, test, throws } from "./testing.js";

test("runs timers in order of their time", async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => order.push("c"), 400);
    setTimeout((x) => order.push(x), 0, "a");
    setTimeout(() => order.push("b"), 1);
    const cleared = setTimeout(() => order.push("never"), 2);
    clearTimeout(cleared);
    setTimeout(resolve, 401);
    queueMicrotask(() => order.push("first"));
  });
  same(order, ["first", "a", "b", "c"]);
});

test("runs microtasks between timers", async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => {
      order.push(1);
      Promise.resolve().then(() => order.push(2));
    }, 1);
    setTimeout(() => {
      order.push(3);
      resolve();
    }, 1);
  });
  same(order, [1, 2, 3]);
});

test("repeats intervals until they are cleared", async () => {
  let count = 0;
  await new Promise((resolve) => {
    const id = setInterval(() => {
      if (++count === 3) {
        clearInterval(id);
        resolve();
      }
    }, 1);
  });
  equal(count, 3);
  throws(() => setTimeout("code"), TypeError, "function");
  throws(() => queueMicrotask(1), TypeError);
});

test("goes on after a timer that throws", async () => {
  const errors = [];
  addEventListener("error", (event) => {
    errors.push(event.error);
    event.preventDefault();
  });
  setTimeout(() => {
    throw "thrown";
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  same(errors, ["thrown"]);
});

test("tells of rejections that nobody handles", async () => {
  const reasons = [];
  addEventListener("unhandledrejection", (event) => {
    reasons.push(event.reason);
    event.preventDefault();
  });
  Promise.reject("lost");
  await new Promise((resolve) => setTimeout(resolve, 1));
  same(reasons, ["lost"]);
});

test("has base64 as the standard does", () => {
  equal(btoa("hi\xff"), "aGn/");
  equal(btoa(""), "");
  equal(atob(" aGn/ \n"), "hi\xff");
  equal(atob("YQ"), "a");
  equal(atob("YQ=="), "a");
  for (const bad of ["a", "YQ=", "Y===", "a*bc", "=", "YWJj="]) throws(() => atob(bad), "InvalidCharacterError");
  throws(() => btoa("ā"), "InvalidCharacterError");
  const long = "x".repeat(100_001);
  equal(atob(btoa(long)), long);
});

test("has random values and digests", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  ok(bytes.some((byte) => byte !== 0));
  crypto.getRandomValues(new BigUint64Array(2));
  throws(() => crypto.getRandomValues(new Float32Array(1)), "TypeMismatchError");
  throws(() => crypto.getRandomValues(new Uint8Array(65_537)), "QuotaExceededError");
  ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
  const hash = await crypto.subtle.digest("sha-256", new TextEncoder().encode("abc"));
  equal([...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  await rejects(crypto.subtle.digest("SHA-3", new Uint8Array()), "NotSupportedError");
  throws(() => new Crypto(), TypeError);
});

test("measures time", () => {
  const before = performance.now();
  ok(before >= 0 && performance.now() >= before);
  ok(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 60_000);
  performance.mark("a");
  equal(performance.measure("m", "a").entryType, "measure");
  equal(performance.getEntriesByName("a").length, 1);
  throws(() => performance.measure("m", "missing"), "SyntaxError");
});

test("reads variables and versions from Deno", () => {
  equal(Deno.env.get("GREETING"), "hello");
  equal(Deno.env.get("EMPTY"), "");
  equal(Deno.env.get("toString"), undefined);
  ok(Deno.env.has("EMPTY") && !Deno.env.has("OTHER"));
  Deno.env.set("OTHER", "1");
  equal(Deno.env.toObject().OTHER, "1");
  Deno.env.delete("OTHER");
  equal(Deno.env.get("OTHER"), undefined);
  throws(() => Deno.env.set("a=b", "1"), TypeError);
  equal(typeof Deno.version.deno, "string");
  equal(Deno.build.os, "linux");
  equal(Deno.inspect({ a: 1 }), "{ a: 1 }");
});

test("has globals that look like a browser's", () => {
  equal(self, globalThis);
  equal(navigator.userAgent, "Echelon");
  const before = Object.getOwnPropertyDescriptor(globalThis, "Blob");
  ok(before.configurable && !before.enumerable);
  equal(typeof Blob, "function");
  const after = Object.getOwnPropertyDescriptor(globalThis, "Blob");
  ok(after.writable && after.configurable && !after.enumerable && after.value === Blob);
  ok(Object.getOwnPropertyDescriptor(globalThis, "atob").enumerable);
  globalThis.fetch = 1;
  equal(fetch, 1);
  ok(delete globalThis.setTimeout);
  equal(typeof setTimeout, "undefined");
});

test("has the symbols by which things are disposed of", () => {
  const own = Object.getOwnPropertyDescriptor(Symbol, "dispose");
  equal(typeof own.value, "symbol");
  ok(!own.writable && !own.enumerable && !own.configurable);
  ok(Symbol.asyncDispose !== Symbol.dispose);
  equal(String(Symbol.asyncDispose), "Symbol(Symbol.asyncDispose)");
});

test("has none of the engine's own globals", () => {
  for (const name of ["Graal", "Java", "Packages", "Polyglot", "load", "loadWithNewGlobal", "print", "printErr", "arguments", "java", "javax", "org", "com", "quit", "read", "readline", "process", "require"]) {
    ok(!(name in globalThis), `no ${name}`);
  }
  equal(Atomics.wait, undefined);
});

test("gives every name in the table of globals", () => {
  const names = Object.getOwnPropertyNames(globalThis);
  for (const name of names) ok(name === "undefined" || globalThis[name] !== undefined, `a value for ${name}`);
  for (const name of ["Headers", "URL", "Event", "DOMException", "File", "FormData", "ReadableStreamBYOBRequest", "TextDecoderStream", "CryptoKey", "PerformanceMark", "structuredClone", "reportError", "console", "Deno"]) {
    ok(names.includes(name), name);
  }
});

test("decodes text as the standard says", () => {
  equal(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 65])), "A");
  throws(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])), TypeError);
  equal(new TextDecoder("latin1").decode(new Uint8Array([0xe4, 0x80])), "ä€");
  equal(new TextDecoder("utf-16le").decode(new Uint8Array([65, 0])), "A");
  equal(new TextDecoder("Shift_JIS").encoding, "shift_jis");
  throws(() => new TextDecoder("nonsense"), RangeError);
});
