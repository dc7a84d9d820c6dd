const seen = [];
const mine = new SafeSet();
function look(name) {
  const before = Error.prepareStackTrace;
  Error.stackTraceLimit = 100;
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = new Error().stack;
  Error.prepareStackTrace = before;
  if (!Array.isArray(sites)) return;
  inspect(`${name}: the array`, sites);
  for (const site of sites) {
    inspect(`${name}: a call site`, site);
    for (const method of ["getThis", "getFunction", "getEvalOrigin", "getTypeName", "getFileName", "getMethodName"]) {
      let value;
      try {
        value = site[method]?.();
      } catch {
        continue;
      }
      if (typeof value === "string" && method === "getFileName" && JAVA.test(value)) found(`${name}: ${method} ${value}`);
      if (!isObject(value) || value === globalThis) continue;
      seen.push(value);
      inspect(`${name}: ${method}`, value);
      if (method === "getFunction" && !mine.has(value)) found(`${name}: a call site gives the function ${value.name}`);
    }
  }
}
function caller(name) {
  attempt(`${name}: caller`, () => caller.caller);
  attempt(`${name}: arguments`, () => caller.arguments);
}
const sloppy = new Function("attempt", "name", "attempt(`${name}: callee.caller`, () => arguments.callee.caller && arguments.callee.caller !== undefined)");
mine.add(look).add(caller).add(sloppy);
function spy(name) {
  look(name);
  caller(name);
}
mine.add(spy);
export default {
  async fetch(request) {
    mine.add(this?.fetch);
    spy("fetch");
    const trap = (name, value) => ({ toString() { spy(name); return value; } });
    new Headers([[trap("header", "a"), trap("header value", "b")]]);
    new URL(trap("url", "http://a/"));
    new Response("", { get status() { spy("status"); return 200; } });
    console.log({ get x() { spy("console"); return 1; }, [Symbol.for("Deno.customInspect")]() { spy("inspect"); return ""; } });
    await { then(resolve) { spy("then"); resolve(); } };
    await new Promise((resolve) => setTimeout(() => { spy("timer"); resolve(); }, 1));
    await new Promise((resolve) => queueMicrotask(() => { spy("microtask"); resolve(); }));
    await new Promise((resolve) => { const t = new EventTarget(); t.addEventListener("x", () => { spy("event"); resolve(); }); t.dispatchEvent(new Event("x")); });
    for await (const _ of new ReadableStream({ pull(controller) { spy("pull"); controller.enqueue(1); controller.close(); } }));
    [1, 2].sort(() => (spy("sort"), 0));
    structuredClone({ get x() { spy("clone"); return 1; } });
    await fetch("https://example.com/", { get headers() { spy("init"); return {}; } });
    return report();
  },
};
