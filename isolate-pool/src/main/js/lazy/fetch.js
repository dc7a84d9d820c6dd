/** What every request needs: Headers, Request, Response, and the way from a call to the handler and back. */
import { bodies as makeBodies } from "../parts/body.js";
import { headers as makeHeaders } from "../parts/headers.js";
import { requests as makeRequests } from "../parts/request.js";
import { responses as makeResponses } from "../parts/response.js";

export default function fetchScript(core) {
  const { apply } = core;
  const headers = makeHeaders(core);
  const bodies = makeBodies(core);
  const requests = makeRequests(core, headers, bodies);
  const responses = makeResponses(core, headers, bodies);
  const { stateOf } = responses;

  /**
   * Finds what answers requests: the module's default export, its export `fetch`, or what it gave to Deno.serve; and
   * what is called for events.
   */
  function register(namespace) {
    const exported = namespace?.default;
    const holder = typeof exported === "object" || typeof exported === "function" ? exported : null;
    const isTriggered = holder !== null && (typeof holder.queue === "function" || typeof holder.scheduled === "function");
    const triggers = isTriggered || core.loaded("triggers") !== undefined ? core.use("triggers") : null;
    triggers?.register(holder);
    if (holder !== null && typeof holder.fetch === "function") {
      core.handler = { __proto__: null, run: holder.fetch, target: holder, served: null };
    } else if (typeof namespace?.fetch === "function") {
      core.handler = { __proto__: null, run: namespace.fetch, target: undefined, served: null };
    } else if (core.served !== undefined) {
      core.handler = { __proto__: null, run: core.served.handler, target: undefined, served: core.served };
    } else if (typeof exported === "function" && !isClass(exported)) {
      core.handler = { __proto__: null, run: exported, target: undefined, served: null };
    } else if (triggers !== null && !triggers.isEmpty()) {
      core.handler = { __proto__: null, run: withoutHandler, target: undefined, served: null };
    } else {
      throw new TypeError(
        `The module has no handler: it exports ${exportsOf(namespace)} and did not call Deno.serve. ` +
          "Write export default { fetch(request) { return new Response(…) } }, or Deno.serve((request) => new Response(…))",
      );
    }
  }

  function withoutHandler() {
    throw new TypeError("The module has no handler of requests, only handlers of events. Write export default { fetch(request) { … } }");
  }

  function isClass(value) {
    const prototype = Reflect.getOwnPropertyDescriptor(value, "prototype");
    return prototype !== undefined && prototype.writable === false;
  }

  function exportsOf(namespace) {
    const names = Object.keys(namespace ?? {});
    if (names.length === 0) return "nothing";
    return names.map((name) => (name === "default" ? `default (a ${typeof namespace.default})` : name)).join(", ");
  }

  function begin(id, requestId, why) {
    const call = { __proto__: null, id, requestId, waits: 0, over: false, aborted: false, controller: null, stop: null, reason: why };
    core.calls.set(id, call);
    return call;
  }

  function dispatch(id, requestId, method, url, hasBody, list) {
    const call = begin(id, requestId, reason);
    const body = hasBody ? incomingBody(id) : null;
    const request = requests.incoming(call, method, url, list, body);
    const { run, target, served } = core.handler;
    const isHead = method === "HEAD";
    let result;
    try {
      const second = served === null ? core.env : served.info(list);
      result = apply(run, target, [request, second, context(call)]);
    } catch (error) {
      thrown(call, error, served, isHead);
      return;
    }
    if (stateOf(result) !== undefined) answer(call, result, isHead);
    else later(call, result, served, isHead);
  }

  async function later(call, promise, served, isHead) {
    let result;
    try {
      result = await promise;
    } catch (error) {
      thrown(call, error, served, isHead);
      return;
    }
    answer(call, result, isHead);
  }

  async function thrown(call, error, served, isHead) {
    if (served === null || served.onError === undefined) {
      fail(call, error);
      return;
    }
    try {
      answer(call, await served.onError(error), isHead);
    } catch (second) {
      fail(call, second);
    }
  }

  function incomingBody(id) {
    const source = {
      __proto__: null,
      pull: () => core.read(id),
      cancel() {
        core.cancelBody(id);
      },
    };
    return bodies.record(source, null, null);
  }

  /** `ctx`, the third argument of a handler. */
  function context(call) {
    return {
      waitUntil(promise) {
        call.waits++;
        waitFor(call, promise);
      },
      passThroughOnException() {},
      props: {},
    };
  }

  async function waitFor(call, promise) {
    try {
      await promise;
    } catch (error) {
      core.use("errors").logUncaught("Uncaught (in ctx.waitUntil) ", error);
    }
    call.waits--;
    if (call.over && call.waits === 0) core.done(call.id);
  }

  function over(call) {
    if (call.over) return;
    call.over = true;
    if (call.waits === 0) core.done(call.id);
  }

  function fail(call, error) {
    if (call.over) return;
    core.fail(call.id, error);
    over(call);
  }

  function answer(call, value, isHead) {
    const response = stateOf(value);
    if (response === undefined) {
      const what = value === undefined ? "nothing" : core.use("errors").describe(value).message;
      fail(call, new TypeError(`The handler must return a Response, or a promise of one, but returned ${what}`));
      return;
    }
    const { body, list, status } = response;
    if (call.over) {
      bodies.cancel(body, call.reason());
      return;
    }
    let content = "";
    if (body !== null) {
      try {
        if (status === 0) throw new TypeError("A Response.error() cannot be sent");
        bodies.checkUsable(body);
      } catch (error) {
        fail(call, error);
        return;
      }
      if (body.stream !== null || bodies.isPull(body.source)) {
        if (isHead) bodies.cancel(body);
        else content = null;
      } else {
        body.used = true;
        content = typeof body.source === "string" ? body.source : core.wholeBuffer(body.source);
      }
    } else if (status === 0) {
      fail(call, new TypeError("A Response.error() cannot be sent"));
      return;
    }
    const values = [call.id, status, content];
    for (let i = 0; i < list.length; i++) values[i + 3] = list[i];
    core.respond(values);
    if (content !== null) over(call);
    else if (body.stream !== null) core.use("streams").send(call, body.stream, ended);
    else relay(call, body);
  }

  /** Sends a body that nobody looked into straight from where it comes. */
  async function relay(call, body) {
    const { pull, cancel } = body.source;
    body.used = true;
    call.stop = cancel;
    try {
      for (;;) {
        const bytes = await pull();
        if (bytes === null || call.over) break;
        await core.write(call.id, bytes);
      }
    } catch (error) {
      cancel(error);
      ended(call, error);
      return;
    }
    ended(call);
  }

  function ended(call, ...errors) {
    if (call.over) return;
    if (errors.length > 0) fail(call, errors[0]);
    else {
      core.end(call.id);
      over(call);
    }
  }

  function reason() {
    return core.use("exception").abortError("The caller left before the response was complete");
  }

  /** The caller left. */
  function abort(call) {
    if (call.aborted) return;
    call.aborted = true;
    const why = call.reason();
    try {
      call.controller?.abort(why);
      call.stop?.(why);
    } catch (error) {
      core.use("errors").logUncaught("Uncaught ", error);
    }
    over(call);
  }

  return {
    __proto__: null,
    Headers: headers.Headers,
    Request: requests.Request,
    Response: responses.Response,
    register,
    dispatch,
    abort,
    begin,
    context,
    over,
    fail,
    headers,
    bodies,
    requests,
    responses,
  };
}
