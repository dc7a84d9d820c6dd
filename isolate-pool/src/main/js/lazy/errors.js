/** How errors cross the border, how they read in the log, and what is said of those that nobody caught. */

const LONGEST = 8192;
const DEEPEST = 8;

export default function errors(core) {
  const { apply } = core;
  const NativeError = Error;
  const errorToString = NativeError.prototype.toString;
  const slice = String.prototype.slice;
  const then = Promise.prototype.then;
  const resolved = Promise.resolve();
  const natives = { __proto__: null, Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };

  function cut(text) {
    return text.length > LONGEST ? `${apply(slice, text, [0, LONGEST])}… (${text.length - LONGEST} more)` : text;
  }

  function isErrorLike(value) {
    return typeof value === "object" && value !== null && value instanceof NativeError;
  }

  /** What a thrown value says of itself; guests' getters may run here, and may throw. */
  function headline(value) {
    try {
      if (isErrorLike(value)) return `${apply(errorToString, value, [])}`;
      if (typeof value === "object" && value !== null) return core.use("inspect").inspect(value);
      return `${String(value)}`;
    } catch {
      return "an error that cannot be shown";
    }
  }

  function trace(value, depth) {
    if (!isErrorLike(value)) return headline(value);
    let text = headline(value);
    try {
      const { stack } = value;
      if (typeof stack === "string" && stack !== "") {
        const frames = stack.search(/^ {4}at /m);
        text = frames > 0 ? `${text}\n${apply(slice, stack, [frames])}` : stack.includes(text) ? stack : text;
      }
    } catch {
      // The headline will do.
    }
    if (depth >= DEEPEST) return text;
    try {
      if (value.cause !== undefined) text += `\nCaused by: ${trace(value.cause, depth + 1)}`;
      if (Array.isArray(value.errors)) {
        for (const inner of value.errors.slice(0, DEEPEST)) text += `\n  ${trace(inner, depth + 1)}`;
      }
    } catch {
      // As far as it could be read.
    }
    return text;
  }

  function describe(value) {
    const message = cut(headline(value));
    return { __proto__: null, message, stack: cut(trace(value, 0)) };
  }

  /** An error that Java names by its class. */
  function fromHost(name, message) {
    if (natives[name] !== undefined) return new natives[name](message);
    const denoErrors = core.use("deno-errors");
    if (denoErrors[name] !== undefined) return new denoErrors[name](message);
    return new (core.use("exception").DOMException)(message, name);
  }

  function logUncaught(prefix, value) {
    core.log(3, cut(`${prefix}${trace(value, 0)}`));
  }

  function unhandled(reason, promise) {
    if (core.loaded("events") !== undefined) {
      const { PromiseRejectionEvent, dispatchEvent, isObserved } = core.use("events");
      if (isObserved("unhandledrejection")) {
        const event = new PromiseRejectionEvent("unhandledrejection", { promise, reason, cancelable: true });
        if (!dispatchEvent(event)) return;
      }
    }
    logUncaught("Uncaught (in promise) ", reason);
  }

  function reportError(...values) {
    if (values.length === 0) throw new TypeError("reportError requires 1 argument, but only 0 present");
    const [error] = values;
    if (core.loaded("events") !== undefined) {
      const { ErrorEvent, dispatchEvent, isObserved } = core.use("events");
      if (isObserved("error")) {
        const event = new ErrorEvent("error", { error, message: headline(error), cancelable: true });
        if (!dispatchEvent(event)) return;
      }
    }
    logUncaught("Uncaught ", error);
  }

  function queueMicrotask(callback) {
    if (typeof callback !== "function") {
      throw new TypeError("queueMicrotask: the callback must be a function");
    }
    apply(then, resolved, [
      () => {
        try {
          callback();
        } catch (error) {
          reportError(error);
        }
      },
    ]);
  }

  function captureStackTrace(target) {
    if (typeof target !== "object" && typeof target !== "function") {
      throw new TypeError("Error.captureStackTrace: the target must be an object");
    }
    const { stack } = new NativeError();
    const frames = typeof stack === "string" ? apply(slice, stack, [stack.indexOf("\n    at ")]) : "";
    let value = frames;
    try {
      value = `${apply(errorToString, target, [])}${frames}`;
    } catch {
      // A target that cannot be named still gets its frames.
    }
    Object.defineProperty(target, "stack", { value, writable: true, enumerable: false, configurable: true });
  }

  /** What the operations and timers under way are, most often one line for one call. */
  function waiting(pending) {
    const all = core.describeTimers === undefined ? [] : core.describeTimers();
    pending.forEach((waiter) => {
      if (all.length < 10) all[all.length] = waiter.what;
    });
    return all.join(", ");
  }

  return {
    __proto__: null,
    describe,
    trace,
    fromHost,
    unhandled,
    logUncaught,
    reportError,
    queueMicrotask,
    captureStackTrace,
    waiting,
  };
}
