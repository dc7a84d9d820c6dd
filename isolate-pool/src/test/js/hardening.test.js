import { call, equal, ok, test } from "./testing.js";

/**
 * What the guest can get hold of while the platform works: everything that built-in methods are called on or with, after
 * they were replaced. None of it may be a function or object of the host.
 */
const foreign = [];
let seen = 0;
const { apply, construct, getPrototypeOf, ownKeys, getOwnPropertyDescriptor, defineProperty, isExtensible } = Reflect;

/** Values of the host are no objects to Reflect, which refuses them. */
function isForeign(value) {
  if ((typeof value !== "function" && typeof value !== "object") || value === null) return false;
  try {
    isExtensible(value);
    return false;
  } catch {
    return true;
  }
}

function add(value) {
  seen++;
  if (isForeign(value)) defineProperty(foreign, foreign.length, { __proto__: null, value, configurable: true });
}

function spy(holder, name) {
  const own = getOwnPropertyDescriptor(holder, name);
  if (own === undefined || typeof own.value !== "function" || !own.configurable) return;
  const original = own.value;
  defineProperty(holder, name, {
    ...own,
    value: function (...values) {
      add(this);
      for (let i = 0; i < values.length; i++) add(values[i]);
      return new.target ? construct(original, values) : apply(original, this, values);
    },
  });
}

function spyOnEverything() {
  for (const type of [Array, Map, Set, WeakMap, String, Promise, Function, RegExp, Object, ArrayBuffer, Error, Symbol]) {
    for (const name of ownKeys(type.prototype)) if (name !== "constructor") spy(type.prototype, name);
  }
  for (const holder of [Reflect, Object, Array, JSON, Promise]) {
    for (const name of ownKeys(holder)) if (name !== "prototype") spy(holder, name);
  }
  spy(getPrototypeOf(Uint8Array.prototype), "set");
  for (const name of ["0", "1", "op", "resolve", "reject", "what", "done", "then", "pull", "cancel", "call", "apply", "stack"]) {
    defineProperty(Object.prototype, name, {
      get() {
        add(this);
        return undefined;
      },
      set(value) {
        add(this);
        add(value);
        defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
      configurable: true,
    });
  }
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) {
      for (const method of ["getFunction", "getThis"]) {
        try {
          add(site[method]());
        } catch {
          // Not to be had.
        }
      }
    }
    return "trace";
  };
}

test("leaks no host function while it is used with everything replaced", async () => {
  spyOnEverything();
  const tries = [
    () => console.log("a", { b: [1, new Map([[1, 2]])] }, new Error("x")),
    () => new Response("x").text(),
    async () => (await fetch("http://up.example/pieces/a/b")).text(),
    () => fetch("http://up.example/denied"),
    () => fetch("http://up.example/echo", { method: "POST", body: new Response("x").body }),
    () => new Promise((resolve) => setTimeout(resolve, 1)),
    () => crypto.getRandomValues(new Uint8Array(4)),
    () => crypto.subtle.digest("SHA-1", new Uint8Array(1)),
    () => crypto.randomUUID(),
    () => performance.now(),
    () => structuredClone({ a: [1] }),
    () => new URL("http://127.1/a?b#c").href,
    () => new Response(new FormData()).formData(),
    () => call().request.clone().text(),
    () => call().ctx.waitUntil(Promise.resolve()),
    () => Deno.env.toObject(),
    () => reportError(new Error("y")),
    () => new Error("z").stack,
  ];
  for (const attempt of tries) {
    try {
      await attempt();
    } catch {
      // A guest that breaks its own isolate harms itself alone.
    }
  }
  ok(seen > 100, "something to be seen");
  equal(foreign.length, 0, "foreign values");
});

test("keeps working when iteration and calls are broken", async () => {
  Array.prototype[Symbol.iterator] = () => {
    throw new Error("no iteration");
  };
  Function.prototype.call = Function.prototype.apply = () => {
    throw new Error("no calls");
  };
  Promise.prototype.then = () => {
    throw new Error("no then");
  };
  Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = () => {
    throw new Error("no maps");
  };
  const response = new Response("body", { headers: { a: "b" } });
  equal(response.headers.get("a"), "b");
  equal(await response.text(), "body");
});

test("gives no way to code of the host through constructors", () => {
  for (const value of [fetch, console.log, setTimeout, Response, crypto.subtle.digest, Deno.serve, call().ctx.waitUntil, call().request]) {
    const top = value.constructor.constructor;
    equal(top, Function);
    equal(top("return typeof Java + typeof Polyglot + typeof Graal + typeof load")(), "undefinedundefinedundefinedundefined");
  }
});

test("shows guests nothing of who called them", () => {
  function sloppy() {
    return sloppy.caller;
  }
  let caller;
  try {
    caller = sloppy();
  } catch {
    caller = null;
  }
  ok(caller === null || caller === undefined || typeof caller === "function");
  let sites;
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, all) => {
    sites = all;
    return "";
  };
  void new Error("x").stack;
  Error.prepareStackTrace = before;
  for (const site of sites ?? []) {
    equal(site.getThis?.(), undefined);
    ok(!/echelon:|core\.js/.test(String(site.getFileName())), "no frames of the platform");
  }
});

test("does not let a polluted prototype change what is sent", async () => {
  Object.prototype.status = 500;
  Object.prototype.headers = { evil: "1" };
  Object.prototype.method = "DELETE";
  const response = await fetch("http://up.example/echo");
  ok((await response.text()).length > 0);
  delete Object.prototype.status;
  delete Object.prototype.headers;
  delete Object.prototype.method;
});

test("aborts and traces although stacks are no strings", () => {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = () => [];
  const controller = new AbortController();
  controller.abort();
  console.trace("here");
  Error.prepareStackTrace = before;
  equal(controller.signal.reason.name, "AbortError");
});

test("shows no buffer of the host while it is copied", () => {
  let asked = 0;
  defineProperty(ArrayBuffer.prototype, "constructor", {
    get() {
      asked++;
      return undefined;
    },
  });
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  equal(asked, 0);
  ok(bytes.some((byte) => byte !== 0));
});
