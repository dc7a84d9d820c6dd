/** Events and aborting: https://dom.spec.whatwg.org/#events, https://dom.spec.whatwg.org/#aborting-ongoing-activities */

export default function events(core) {
  const { apply } = core;
  const eventState = core.slots();
  const targetState = core.slots();
  const signalState = core.slots();
  const allowed = {};
  const global = { __proto__: null, listeners: [] };

  function ofEvent(object) {
    const own = eventState.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not an Event");
    return own;
  }

  function ofTarget(object) {
    if (object === undefined || object === null || object === globalThis) return global;
    const own = targetState.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not an EventTarget");
    return own;
  }

  class Event {
    constructor(type, options = {}) {
      if (arguments.length === 0) throw new TypeError("Event: a type is needed");
      const { bubbles = false, cancelable = false, composed = false } = options ?? {};
      eventState.set(this, {
        type: `${type}`,
        bubbles: Boolean(bubbles),
        cancelable: Boolean(cancelable),
        composed: Boolean(composed),
        target: null,
        phase: 0,
        prevented: false,
        stopped: false,
        stoppedAtOnce: false,
        passive: false,
        timeStamp: core.now(),
      });
      core.defineProperty(this, "isTrusted", { __proto__: null, get: isTrusted, enumerable: true, configurable: false });
    }

    get type() {
      return ofEvent(this).type;
    }

    get target() {
      return ofEvent(this).target;
    }

    get srcElement() {
      return ofEvent(this).target;
    }

    get currentTarget() {
      const own = ofEvent(this);
      return own.phase === 0 ? null : own.target;
    }

    get eventPhase() {
      return ofEvent(this).phase;
    }

    get bubbles() {
      return ofEvent(this).bubbles;
    }

    get cancelable() {
      return ofEvent(this).cancelable;
    }

    get defaultPrevented() {
      return ofEvent(this).prevented;
    }

    get returnValue() {
      return !ofEvent(this).prevented;
    }

    set returnValue(value) {
      if (!value) this.preventDefault();
    }

    get cancelBubble() {
      return ofEvent(this).stopped;
    }

    set cancelBubble(value) {
      if (value) ofEvent(this).stopped = true;
    }

    get composed() {
      return ofEvent(this).composed;
    }

    get timeStamp() {
      return ofEvent(this).timeStamp;
    }

    composedPath() {
      const own = ofEvent(this);
      return own.phase === 0 ? [] : [own.target];
    }

    preventDefault() {
      const own = ofEvent(this);
      if (own.cancelable && !own.passive) own.prevented = true;
    }

    stopPropagation() {
      ofEvent(this).stopped = true;
    }

    stopImmediatePropagation() {
      const own = ofEvent(this);
      own.stopped = true;
      own.stoppedAtOnce = true;
    }
  }

  function isTrusted() {
    ofEvent(this);
    return false;
  }

  core.idl(Event, "Event");
  ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"].forEach((name, value) => {
    Object.defineProperty(Event, name, { value, enumerable: true });
    Object.defineProperty(Event.prototype, name, { value, enumerable: true });
  });

  /** A kind of event whose members are given to its constructor and do not change. */
  function eventType(name, defaults) {
    const state = core.slots();
    const type = {
      [name]: class extends Event {
        constructor(eventName, options = {}) {
          super(eventName, options);
          const own = { __proto__: null };
          for (const key of Object.keys(defaults)) own[key] = options?.[key] === undefined ? defaults[key] : options[key];
          state.set(this, own);
        }
      },
    }[name];
    for (const key of Object.keys(defaults)) {
      Object.defineProperty(type.prototype, key, {
        get() {
          const own = state.get(this);
          if (own === undefined) throw new TypeError(`Illegal invocation: this is not a ${name}`);
          return own[key];
        },
        enumerable: true,
        configurable: true,
      });
    }
    return core.idl(type, name);
  }

  const CustomEvent = eventType("CustomEvent", { detail: null });
  const ErrorEvent = eventType("ErrorEvent", { message: "", filename: "", lineno: 0, colno: 0, error: undefined });
  const MessageEvent = eventType("MessageEvent", { data: null, origin: "", lastEventId: "", source: null, ports: [] });
  const CloseEvent = eventType("CloseEvent", { wasClean: false, code: 0, reason: "" });
  const ProgressEvent = eventType("ProgressEvent", { lengthComputable: false, loaded: 0, total: 0 });
  const PromiseRejectionEvent = eventType("PromiseRejectionEvent", { promise: undefined, reason: undefined });

  function listen(own, type, callback, options) {
    const isDictionary = typeof options === "object" && options !== null;
    const capture = Boolean(isDictionary ? options.capture : options);
    const signal = isDictionary ? options.signal : undefined;
    if (signal !== undefined && !isSignal(signal)) throw new TypeError("addEventListener: signal must be an AbortSignal");
    if (callback === null || callback === undefined) return;
    if (typeof callback !== "function" && typeof callback !== "object") {
      throw new TypeError("addEventListener: the listener must be a function or an object with handleEvent");
    }
    if (signal?.aborted) return;
    const name = `${type}`;
    if (own.listeners.some((at) => at.type === name && at.callback === callback && at.capture === capture)) return;
    const listener = {
      __proto__: null,
      type: name,
      callback,
      capture,
      once: isDictionary && Boolean(options.once),
      passive: isDictionary && Boolean(options.passive),
      removed: false,
      handler: false,
    };
    own.listeners.push(listener);
    if (signal !== undefined) onAbort(signal, () => remove(own, listener));
  }

  function remove(own, listener) {
    listener.removed = true;
    const at = own.listeners.indexOf(listener);
    if (at >= 0) own.listeners.splice(at, 1);
  }

  function unlisten(own, type, callback, options) {
    const capture = Boolean(typeof options === "object" && options !== null ? options.capture : options);
    const listener = own.listeners.find((at) => at.type === `${type}` && at.callback === callback && at.capture === capture);
    if (listener !== undefined) remove(own, listener);
  }

  /** Runs the listeners; false when the event was cancelled. */
  function dispatch(own, target, event) {
    const state = eventState.get(event);
    if (state === undefined) throw new TypeError("dispatchEvent: the argument must be an Event");
    if (state.phase !== 0) {
      throw new (core.use("exception").DOMException)("The event is being dispatched already", "InvalidStateError");
    }
    state.target = target;
    state.phase = 2;
    for (const listener of own.listeners.slice()) {
      if (listener.removed || listener.type !== state.type || state.stoppedAtOnce) continue;
      if (listener.once) remove(own, listener);
      state.passive = listener.passive;
      try {
        const { callback } = listener;
        if (typeof callback === "function") {
          const result = apply(callback, target, [event]);
          if (listener.handler && result === false) event.preventDefault();
        } else callback.handleEvent(event);
      } catch (error) {
        if (state.type === "error" && own === global) core.use("errors").logUncaught("Uncaught ", error);
        else core.use("errors").reportError(error);
      }
      state.passive = false;
    }
    state.phase = 0;
    state.stopped = false;
    state.stoppedAtOnce = false;
    return !state.prevented;
  }

  class EventTarget {
    constructor() {
      targetState.set(this, { __proto__: null, listeners: [] });
    }

    addEventListener(type, callback, options = undefined) {
      if (arguments.length < 2) throw new TypeError("addEventListener: a type and a listener are needed");
      listen(ofTarget(this), type, callback, options);
    }

    removeEventListener(type, callback, options = undefined) {
      if (arguments.length < 2) throw new TypeError("removeEventListener: a type and a listener are needed");
      unlisten(ofTarget(this), type, callback, options);
    }

    dispatchEvent(event) {
      const own = ofTarget(this);
      return dispatch(own, own === global ? globalThis : this, event);
    }
  }

  core.idl(EventTarget, "EventTarget");

  /** Gives a class the event handler property `on<type>`. */
  function handlerProperty(type, eventName) {
    const handlers = core.slots();
    Object.defineProperty(type.prototype, `on${eventName}`, {
      get() {
        return handlers.get(this)?.callback ?? null;
      },
      set(callback) {
        const own = ofTarget(this);
        const before = handlers.get(this);
        if (before !== undefined) remove(own, before);
        handlers.set(this, undefined);
        if (typeof callback !== "function") return;
        const listener = {
          __proto__: null,
          type: eventName,
          callback,
          capture: false,
          once: false,
          passive: false,
          removed: false,
          handler: true,
        };
        own.listeners.push(listener);
        handlers.set(this, listener);
      },
      enumerable: true,
      configurable: true,
    });
  }

  // --- Aborting -------------------------------------------------------------------------------

  function ofSignal(object) {
    const own = signalState.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not an AbortSignal");
    return own;
  }

  const isSignal = (value) => typeof value === "object" && value !== null && signalState.get(value) !== undefined;

  class AbortSignal extends EventTarget {
    constructor(token) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
      super();
      signalState.set(this, { aborted: false, reason: undefined, algorithms: [], dependents: [], sources: null });
    }

    static abort(reason = undefined) {
      const signal = new AbortSignal(allowed);
      const own = signalState.get(signal);
      own.aborted = true;
      own.reason = reason === undefined ? core.use("exception").abortError() : reason;
      return signal;
    }

    static timeout(milliseconds) {
      const ms = Number(milliseconds);
      if (!(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)) {
        throw new TypeError(`AbortSignal.timeout: ${milliseconds} is not a time in milliseconds`);
      }
      const signal = new AbortSignal(allowed);
      core.use("timers").setTimeout(() => {
        const { DOMException } = core.use("exception");
        abort(signal, new DOMException(`The operation took more than ${ms} ms`, "TimeoutError"));
      }, ms);
      return signal;
    }

    static any(signals) {
      const sources = [...signals];
      const signal = new AbortSignal(allowed);
      const own = signalState.get(signal);
      for (const source of sources) {
        if (!isSignal(source)) throw new TypeError("AbortSignal.any: every element must be an AbortSignal");
      }
      for (const source of sources) {
        const other = signalState.get(source);
        if (other.aborted) {
          own.aborted = true;
          own.reason = other.reason;
          return signal;
        }
      }
      own.sources = [];
      for (const source of sources) {
        const other = signalState.get(source);
        for (const root of other.sources ?? [source]) {
          if (own.sources.includes(root)) continue;
          own.sources.push(root);
          signalState.get(root).dependents.push(signal);
        }
      }
      return signal;
    }

    get aborted() {
      return ofSignal(this).aborted;
    }

    get reason() {
      return ofSignal(this).reason;
    }

    throwIfAborted() {
      const own = ofSignal(this);
      if (own.aborted) throw own.reason;
    }
  }

  core.idl(AbortSignal, "AbortSignal");
  handlerProperty(AbortSignal, "abort");

  function abort(signal, reason) {
    const own = signalState.get(signal);
    if (own.aborted) return;
    own.aborted = true;
    own.reason = reason;
    const dependents = own.dependents.filter((dependent) => {
      const other = signalState.get(dependent);
      if (other.aborted) return false;
      other.aborted = true;
      other.reason = reason;
      return true;
    });
    own.dependents = [];
    for (const each of [signal, ...dependents]) {
      const { algorithms } = signalState.get(each);
      signalState.get(each).algorithms = [];
      for (const algorithm of algorithms) algorithm();
      dispatch(targetState.get(each), each, new Event("abort"));
    }
  }

  /** Runs the platform's own steps when the signal is aborted; gives a function that takes them back. */
  function onAbort(signal, algorithm) {
    const own = signalState.get(signal);
    own.algorithms.push(algorithm);
    return () => {
      const at = own.algorithms.indexOf(algorithm);
      if (at >= 0) own.algorithms.splice(at, 1);
    };
  }

  const controllerState = core.slots();

  function ofController(object) {
    const own = controllerState.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not an AbortController");
    return own;
  }

  class AbortController {
    constructor() {
      controllerState.set(this, new AbortSignal(allowed));
    }

    get signal() {
      return ofController(this);
    }

    abort(reason = undefined) {
      const signal = ofController(this);
      abort(signal, reason === undefined ? core.use("exception").abortError() : reason);
    }
  }

  core.idl(AbortController, "AbortController");

  return {
    __proto__: null,
    Event,
    EventTarget,
    CustomEvent,
    ErrorEvent,
    MessageEvent,
    CloseEvent,
    ProgressEvent,
    PromiseRejectionEvent,
    AbortController,
    AbortSignal,
    addEventListener(type, callback, options = undefined) {
      listen(global, type, callback, options);
    },
    removeEventListener(type, callback, options = undefined) {
      unlisten(global, type, callback, options);
    },
    dispatchEvent: (event) => dispatch(global, globalThis, event),
    isObserved: (type) => global.listeners.some((listener) => listener.type === type),
    isSignal,
    onAbort,
    handlerProperty,
  };
}
