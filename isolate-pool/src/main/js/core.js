/**
 * The core of the platform: evaluated in every isolate, so it holds only the event loop's ends, the operations under
 * way, and the lazy globals. See HOST.md for the border with Java, README.md for how scripts are added.
 *
 * Guests are hostile. Host functions are variables of this closure and are called by name, never handed on; whatever the
 * platform needs of the language's built-ins is taken here before the guest runs.
 */
import { globals } from "./globals.js";

const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys, setPrototypeOf } = Reflect;
const { ArrayBuffer, Error, Map, Promise, Uint8Array, WeakMap } = globalThis;
const { get: mapGet, set: mapSet, has: mapHas, delete: mapDelete, forEach: mapForEach } = Map.prototype;
const { get: weakGet, set: weakSet, has: weakHas } = WeakMap.prototype;
const isView = ArrayBuffer.isView;
const sliceBuffer = ArrayBuffer.prototype.slice;
const graal = globalThis.Graal;
const NativeTextDecoder = globalThis.TextDecoder;
const sizeOf = getOwnPropertyDescriptor(Map.prototype, "size").get;
const tag = Symbol.toStringTag;

/** A map that no change of `Map.prototype` can reach. */
function table() {
  const map = setPrototypeless(new Map());
  map.get = mapGet;
  map.set = mapSet;
  map.has = mapHas;
  map.delete = mapDelete;
  map.forEach = mapForEach;
  return map;
}

function setPrototypeless(object) {
  setPrototypeOf(object, null);
  return object;
}

/** The hidden state of a class's instances, which no change of `WeakMap.prototype` can reach. */
function slots() {
  const map = setPrototypeless(new WeakMap());
  map.get = weakGet;
  map.set = weakSet;
  map.has = weakHas;
  return map;
}

const shown = { __proto__: null, enumerable: true };
const named = { __proto__: null, value: "", writable: false, enumerable: false, configurable: true };

/** Gives a class the looks of a Web IDL interface: enumerable members and a tag. */
function idl(type, name) {
  const prototype = type.prototype;
  const keys = ownKeys(prototype);
  for (let i = 1; i < keys.length; i++) {
    if (typeof keys[i] === "string") defineProperty(prototype, keys[i], shown);
  }
  named.value = name;
  defineProperty(prototype, tag, named);
  return type;
}

const withoutSpecies = { __proto__: null, value: undefined };
const hidden = { __proto__: null, value: undefined, writable: true, enumerable: false, configurable: true };
const fixed = { __proto__: null, writable: false };

/**
 * Makes a Web IDL interface of a constructor and the literal of its members, whose properties are enumerable as they
 * are: what every request needs is defined this way, in a tenth of the time of `idl`.
 */
function assemble(type, members) {
  type.prototype = members;
  hidden.value = type;
  defineProperty(members, "constructor", hidden);
  named.value = type.name;
  defineProperty(members, tag, named);
  defineProperty(type, "prototype", fixed);
  return type;
}

export default function boot(
  hostLog,
  hostStart,
  hostTimer,
  hostRespond,
  hostWrite,
  hostEnd,
  hostFail,
  hostDone,
  hostRead,
  hostCancelBody,
  hostLoad,
  hostSync,
  ...env
) {
  const scripts = table();
  const pending = table();
  const calls = table();
  let lastOp = 0;

  /** Runs a host function; what it throws is the platform's and is not the guest's to see. */
  function guarded(hostFunction, values) {
    try {
      return apply(hostFunction, undefined, values);
    } catch {
      throw new Error("internal error");
    }
  }

  /** The exports of a lazy script. */
  function use(name) {
    let exports = scripts.get(name);
    if (exports === undefined) {
      exports = guarded(hostLoad, [name])(core);
      scripts.set(name, exports);
    }
    return exports;
  }

  /** A promise of one operation of Java's; `what` names it for whoever asks what a call waits for. */
  function operation(what, hostFunction, values, at) {
    return new Promise((resolve, reject) => {
      const op = ++lastOp;
      values[at] = op;
      pending.set(op, { __proto__: null, what, resolve, reject });
      try {
        apply(hostFunction, undefined, values);
      } catch {
        pending.delete(op);
        reject(new Error("internal error"));
      }
    });
  }

  /** Bytes that are used whole, as Java wants them; a copy unless the view covers its buffer. */
  function wholeBuffer(bytes) {
    if (!isView(bytes)) return bytes;
    const { buffer, byteLength } = bytes;
    const plain = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && !buffer.resizable;
    return plain ? buffer : new Uint8Array(bytes).buffer;
  }

  /** Bytes that came from Java, copied so that the buffer is like any other. */
  function bytesFrom(hostBuffer) {
    const wrapped = new ArrayBuffer(hostBuffer);
    defineProperty(wrapped, "constructor", withoutSpecies); // else slice asks the guest what to make
    return new Uint8Array(apply(sliceBuffer, wrapped, [0]));
  }

  function arrayFrom(hostArray) {
    const array = [];
    const { length } = hostArray;
    for (let i = 0; i < length; i++) {
      const value = hostArray[i];
      const isArray = typeof value === "object" && value !== null;
      defineProperty(array, i, {
        __proto__: null,
        value: isArray ? arrayFrom(value) : value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return array;
  }

  /** What `env` inherits: the app's own database, opened when it is asked for; a variable of that name goes before. */
  const ownDatabase = {
    get KV() {
      return (this.KV = use("kv").own());
    },
    set KV(value) {
      hidden.value = value;
      defineProperty(this, "KV", hidden);
    },
  };

  const core = {
    __proto__: null,
    apply,
    construct,
    defineProperty,
    slots,
    table,
    idl,
    assemble,
    use,
    calls,
    wholeBuffer,
    TextDecoder: NativeTextDecoder,
    sizeOf: (map) => apply(sizeOf, map, []),
    /** The script's exports when it was loaded, else undefined: no instance of its classes exists before. */
    loaded: (name) => scripts.get(name),
    handler: undefined,
    tick: undefined,
    describeTimers: undefined,
    /** What Deno.env shows and may change; `env`, the second argument of a handler, is a copy. */
    environment: setPrototypeless({}),
    env: { __proto__: ownDatabase },
    served: undefined,
    log(level, text) {
      guarded(hostLog, [level, text]);
    },
    start(what, binding, name, values) {
      const all = [0, binding, name];
      for (let i = 0; i < values.length; i++) all[i + 3] = values[i];
      return operation(what, hostStart, all, 0);
    },
    timer(delayMs) {
      guarded(hostTimer, [delayMs]);
    },
    respond(values) {
      guarded(hostRespond, values);
    },
    write: (call, bytes) => operation("the response to be taken", hostWrite, [call, 0, wholeBuffer(bytes)], 1),
    end(call) {
      guarded(hostEnd, [call]);
    },
    fail(call, error) {
      const { message, stack } = use("errors").describe(error);
      guarded(hostFail, [call, message, stack]);
    },
    done(call) {
      calls.delete(call);
      guarded(hostDone, [call]);
    },
    read: (call) => operation("the request's body", hostRead, [call, 0], 1),
    cancelBody(call) {
      guarded(hostCancelBody, [call]);
    },
    programArguments() {
      const given = guarded(hostSync, ["arguments"]);
      return given === null ? undefined : arrayFrom(given);
    },
    exit: (status) => guarded(hostSync, ["exit", status]),
    now: () => guarded(hostSync, ["now"]),
    randomBytes: (length) => bytesFrom(guarded(hostSync, ["random", length])),
    randomUUID: () => guarded(hostSync, ["uuid"]),
    digest: (algorithm, bytes) => bytesFrom(guarded(hostSync, ["digest", algorithm, wholeBuffer(bytes)])),
  };

  /** A queue among the variables of `env`: its name behind a sign that no variable's has; made when it is asked for. */
  function producer(signed, queue) {
    let name = "";
    for (let i = 1; i < signed.length; i++) name += signed[i];
    let made;
    defineProperty(core.env, name, {
      __proto__: null,
      get: () => (made ??= use("kv").producer(queue)),
      enumerable: true,
      configurable: true,
    });
  }

  const variable = { __proto__: null, value: "", writable: true, enumerable: true, configurable: true };
  for (let i = 0; i < env.length; i += 2) {
    if (env[i][0] === "=") {
      producer(env[i], env[i + 1]);
      continue;
    }
    variable.value = env[i + 1];
    defineProperty(core.environment, env[i], variable);
    defineProperty(core.env, env[i], variable);
  }

  deleteProperty(globalThis, "Graal");
  deleteProperty(globalThis, "arguments");
  globals(core);
  graal?.setUnhandledPromiseRejectionHandler?.((reason, promise) => use("errors").unhandled(reason, promise));

  return [
    function register(namespace) {
      use("fetch").register(namespace);
    },
    function call(id, requestId, method, url, hasBody, ...headers) {
      use("fetch").dispatch(id, requestId, method, url, hasBody, headers);
    },
    function settle(op, kind, value, ...rest) {
      const waiter = pending.get(op);
      if (waiter === undefined) return;
      pending.delete(op);
      if (kind === 1) waiter.resolve(value);
      else if (kind === 2) waiter.resolve(bytesFrom(value));
      else if (kind === 3) waiter.resolve(arrayFrom(value));
      else waiter.reject(use("errors").fromHost(value, rest[0]));
    },
    function tick() {
      core.tick?.();
    },
    function abort(id) {
      const call = calls.get(id);
      if (call !== undefined) use("fetch").abort(call);
    },
    function waiting() {
      return use("errors").waiting(pending);
    },
    function handlers() {
      return core.loaded("triggers")?.list() ?? [];
    },
    function event(id, requestId, kind, name, ...values) {
      for (let i = 0; i < values.length; i++) {
        if (typeof values[i] === "object" && values[i] !== null) values[i] = bytesFrom(values[i]);
      }
      use("triggers").dispatch(id, requestId, kind, name, values);
    },
  ];
}
