/**
 * Every global that the platform adds, by the lazy script that has it. A name here becomes a getter on `globalThis` that
 * loads the script on first use and replaces itself by a plain data property.
 */
const interfaces = {
  __proto__: null,
  fetch: ["Headers", "Request", "Response"],
  url: ["URL", "URLSearchParams"],
  events: [
    "Event",
    "EventTarget",
    "CustomEvent",
    "ErrorEvent",
    "MessageEvent",
    "CloseEvent",
    "ProgressEvent",
    "PromiseRejectionEvent",
    "AbortController",
    "AbortSignal",
  ],
  exception: ["DOMException"],
  blob: ["Blob", "File"],
  form: ["FormData"],
  streams: [
    "ReadableStream",
    "ReadableStreamDefaultReader",
    "ReadableStreamBYOBReader",
    "ReadableStreamDefaultController",
    "ReadableByteStreamController",
    "ReadableStreamBYOBRequest",
    "WritableStream",
    "WritableStreamDefaultWriter",
    "WritableStreamDefaultController",
    "TransformStream",
    "TransformStreamDefaultController",
    "ByteLengthQueuingStrategy",
    "CountQueuingStrategy",
  ],
  "text-decoder": ["TextDecoder"],
  encoding: ["TextEncoderStream", "TextDecoderStream"],
  crypto: ["Crypto", "SubtleCrypto", "CryptoKey"],
  performance: ["Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure"],
  navigator: ["Navigator"],
  caches: ["Cache", "CacheStorage"],
};

/** Like `interfaces`, for what browsers have as enumerable properties. */
const members = {
  __proto__: null,
  client: ["fetch"],
  timers: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"],
  events: ["addEventListener", "removeEventListener", "dispatchEvent"],
  errors: ["reportError", "queueMicrotask"],
  base64: ["atob", "btoa"],
  clone: ["structuredClone"],
  crypto: ["crypto"],
  performance: ["performance"],
  navigator: ["navigator"],
  caches: ["caches"],
};

/** Like `interfaces`, for what the language's own hosts have as plain properties. */
const namespaces = { __proto__: null, console: ["console"], deno: ["Deno"] };

const { apply, defineProperty, deleteProperty } = Reflect;
const { captureStackTrace: builtinCapture, stackTraceLimit } = Error;
const { Error: ErrorType, Symbol: SymbolType, Atomics: AtomicsObject = {} } = globalThis;

const StringPrototype = String.prototype;
const { slice, charCodeAt, toUpperCase, toLocaleUpperCase } = StringPrototype;
const PIECE = 1024;

/**
 * Upper case in pieces: Java takes quadratic time for letters that become two, such as ß, and can't be stopped
 * meanwhile. Every letter stands for itself, so that only surrogate pairs have to be kept together.
 */
function upperInPieces(method, text, values) {
  let upper = "";
  for (let at = 0; at < text.length; ) {
    let end = at + PIECE;
    const last = apply(charCodeAt, text, [end - 1]);
    if (last >= 0xd800 && last < 0xdc00) end++;
    upper += apply(method, apply(slice, text, [at, end]), values);
    at = end;
  }
  return upper;
}

const bounded = {
  toUpperCase() {
    const text = this === undefined || this === null ? this : `${this}`;
    return text?.length > PIECE ? upperInPieces(toUpperCase, text, []) : apply(toUpperCase, text, []);
  },
  toLocaleUpperCase(...locales) {
    const text = this === undefined || this === null ? this : `${this}`;
    return text?.length > PIECE ? upperInPieces(toLocaleUpperCase, text, locales) : apply(toLocaleUpperCase, text, locales);
  },
};

export function globals(core) {
  const accessor = { __proto__: null, get: undefined, set: undefined, enumerable: false, configurable: true };

  function settle(name, value, enumerable) {
    defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
    return value;
  }

  function lazy(script, name, enumerable) {
    accessor.get = () => settle(name, core.use(script)[name], enumerable);
    accessor.set = (value) => {
      settle(name, value, enumerable);
    };
    defineProperty(globalThis, name, accessor);
  }

  function all(scripts, enumerable) {
    accessor.enumerable = enumerable;
    for (const script in scripts) {
      const names = scripts[script];
      for (let i = 0; i < names.length; i++) lazy(script, names[i], enumerable);
    }
  }

  all(interfaces, false);
  all(members, true);
  all(namespaces, false);

  const plain = { __proto__: null, value: globalThis, writable: true, enumerable: true, configurable: true };
  defineProperty(globalThis, "self", plain);
  if (builtinCapture === undefined) {
    plain.enumerable = false;
    plain.value = function captureStackTrace(target) {
      core.use("errors").captureStackTrace(target);
    };
    defineProperty(ErrorType, "captureStackTrace", plain);
    if (stackTraceLimit === undefined) {
      plain.value = 10;
      defineProperty(ErrorType, "stackTraceLimit", plain);
    }
  }
  if (SymbolType.dispose === undefined) {
    for (const name of ["dispose", "asyncDispose"]) {
      defineProperty(SymbolType, name, { __proto__: null, value: SymbolType(`Symbol.${name}`) });
    }
  }
  plain.enumerable = false;
  plain.value = bounded.toUpperCase;
  defineProperty(StringPrototype, "toUpperCase", plain);
  plain.value = bounded.toLocaleUpperCase;
  defineProperty(StringPrototype, "toLocaleUpperCase", plain);
  // Nothing may block the thread; without these, shared memory has nobody to be shared with.
  deleteProperty(AtomicsObject, "wait");
  deleteProperty(AtomicsObject, "waitAsync");
}
