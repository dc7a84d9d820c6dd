/** The namespace Deno, as far as an isolate has what it stands for. */

export default function deno(core) {
  const { defineProperty } = Object;

  function serverOptions(first, second) {
    if (typeof first === "function") return { handler: first, options: second ?? {} };
    const options = first ?? {};
    const handler = second ?? options.handler;
    if (typeof handler !== "function") {
      throw new TypeError("Deno.serve: a handler is needed: Deno.serve((request) => new Response(…))");
    }
    return { handler, options };
  }

  const ADDRESS = { transport: "tcp", hostname: "0.0.0.0", port: 443 };

  /** Where a request came from, as the edge says in its headers. */
  function info(list) {
    let hostname = "0.0.0.0";
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === "x-forwarded-for") hostname = list[i + 1].split(",", 1)[0].trim();
    }
    return { remoteAddr: { transport: "tcp", hostname, port: 0 }, completed: Promise.resolve() };
  }

  function serve(first, second = undefined) {
    if (core.handler !== undefined) throw new TypeError("Deno.serve must be called while the module is evaluated, not in a request");
    if (core.served !== undefined) throw new TypeError("Deno.serve was called already; a function has one handler");
    const { handler, options } = serverOptions(first, second);
    const { onError, onListen } = options;
    core.served = { __proto__: null, handler, onError: typeof onError === "function" ? onError : undefined, info };
    if (typeof onListen === "function") onListen({ ...ADDRESS });
    const finished = new Promise(() => {});
    return {
      finished,
      addr: { ...ADDRESS },
      async shutdown() {},
      ref() {},
      unref() {},
      async [Symbol.asyncDispose]() {},
    };
  }

  const env = {
    get(name) {
      const value = core.environment[`${name}`];
      return value === undefined ? undefined : value;
    },
    set(name, value) {
      const key = `${name}`;
      if (key === "" || key.includes("=") || key.includes("\0")) {
        throw new TypeError(`Deno.env.set: ${JSON.stringify(key)} is not a name of a variable`);
      }
      defineProperty(core.environment, key, { value: `${value}`, writable: true, enumerable: true, configurable: true });
    },
    delete(name) {
      delete core.environment[`${name}`];
    },
    has: (name) => core.environment[`${name}`] !== undefined,
    toObject: () => ({ ...core.environment }),
  };

  const Deno = {
    serve,
    env,
    errors: { ...core.use("deno-errors") },
    version: { deno: "2.0.0", v8: "0.0.0", typescript: "5.0.0" },
    build: {
      target: "x86_64-unknown-linux-gnu",
      arch: "x86_64",
      os: "linux",
      vendor: "unknown",
      env: "gnu",
      standalone: false,
    },
    args: core.programArguments() ?? [],
    exit(status = 0) {
      if (!core.exit(status | 0)) {
        throw new TypeError("Deno.exit is for programs that `edge run` runs; a function ends by answering");
      }
      for (;;); // until the program is stopped, which is at once
    },
    cron: (name, schedule, first, second = undefined) => core.use("cron").cron(name, schedule, first, second),
    openKv: (name = undefined) => core.use("kv").openKv(name),
    get Kv() {
      return core.use("kv").Kv;
    },
    get AtomicOperation() {
      return core.use("kv").AtomicOperation;
    },
    get KvListIterator() {
      return core.use("kv").KvListIterator;
    },
    get KvU64() {
      return core.use("kv").KvU64;
    },
    noColor: true,
    inspect: (value, options = undefined) => core.use("inspect").inspect(value, options?.depth ?? undefined),
  };
  return { __proto__: null, Deno };
}
