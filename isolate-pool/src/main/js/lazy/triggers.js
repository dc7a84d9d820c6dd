/**
 * Handlers of what is no HTTP request: how they are registered, called and answered. A kind of handler is a file of
 * parts/ that says what its handlers are called with, and what the host hears of the end.
 */
import { cronKinds } from "../parts/cron-kinds.js";
import { queueKinds } from "../parts/queue-kinds.js";

/** Handlers of one module, of all kinds. */
const HANDLERS_MAX = 200;

export default function triggers(core) {
  const { apply } = core;
  const { begin, context, over, fail } = core.use("fetch");
  /**
   * By name: `exported`, the member of the default export that is such a handler, if any; `event(values, more)`, where
   * `more` is the call's `env`, `ctx` and `call`, makes `given`, the handler's arguments, and `answer()`, a text for the host.
   */
  const kinds = { __proto__: null, ...queueKinds(core), ...cronKinds(core) };
  const handlers = [];

  function find(kind, name) {
    for (const handler of handlers) {
      if (handler.kind === kind && handler.name === name) return handler;
    }
    return undefined;
  }

  /**
   * Registers a handler for a function of the platform, `what`, that guests call at the top level; `options` is a text
   * for the host.
   */
  function add(what, kind, name, options, run) {
    if (typeof run !== "function") throw new TypeError(`${what}: a handler is needed, but ${typeof run} was given`);
    if (core.handler !== undefined) throw new TypeError(`${what} must be called while the module is evaluated, not in a call`);
    if (find(kind, name) !== undefined) throw new TypeError(`${what} was called already for "${name}"`);
    if (handlers.length === HANDLERS_MAX) throw new TypeError(`${what}: a module has at most ${HANDLERS_MAX} handlers`);
    handlers.push({ __proto__: null, kind, name, options, run, target: undefined });
  }

  /** Takes the handlers among the default export's members. */
  function register(holder) {
    for (const kind in kinds) {
      const { exported } = kinds[kind];
      const run = exported === undefined || holder === null ? undefined : holder[exported];
      if (typeof run === "function") handlers.push({ __proto__: null, kind, name: "", options: "", run, target: holder });
    }
    if (find("queue", "") !== undefined && find("listen", "") !== undefined) {
      throw new TypeError("The module exports a handler queue and calls listenQueue on the app's own database: one of them has to go");
    }
  }

  /** All of them: kind, name and options in turn. */
  function list() {
    const all = [];
    for (const { kind, name, options } of handlers) all.push(kind, name, options);
    return all;
  }

  async function dispatch(id, requestId, kind, name, values) {
    const call = begin(id, requestId, stopped);
    const { run, target } = find(kind, name);
    let event;
    try {
      event = kinds[kind].event(values, { __proto__: null, env: core.env, ctx: context(call), call });
      await apply(run, target, event.given);
    } catch (error) {
      if (call.over) return;
      if (event !== undefined) core.respond([id, 200, event.answer()]);
      fail(call, error);
      return;
    }
    if (call.over) return;
    core.respond([id, 200, event.answer()]);
    over(call);
  }

  function stopped() {
    return core.use("exception").abortError("The call was stopped before its handler was done");
  }

  return { __proto__: null, add, register, list, dispatch, isEmpty: () => handlers.length === 0 };
}
