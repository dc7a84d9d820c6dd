/**
 * Handlers of crons: `scheduled(event, env, ctx)` of the default export for those that the configuration names, and what
 * was given to `Deno.cron`.
 */
export function cronKinds(core) {
  const events = core.slots();

  class ScheduledEvent {
    constructor(own) {
      events.set(this, own);
    }

    get type() {
      return "scheduled";
    }

    get cron() {
      return events.get(this).cron;
    }

    get scheduledTime() {
      return events.get(this).time;
    }

    /** Fires when the node stops, or the run's time is over. */
    get signal() {
      const { call } = events.get(this);
      if (call.controller === null) {
        call.controller = new AbortController();
        if (call.aborted) call.controller.abort(call.reason());
      }
      return call.controller.signal;
    }

    /** A run that fails is not tried again. */
    noRetry() {
      events.get(this).isFinal = true;
    }
  }
  core.idl(ScheduledEvent, "ScheduledEvent");

  function scheduled([cron, time], { env, ctx, call }) {
    const own = { __proto__: null, cron, time, call, isFinal: false };
    return { __proto__: null, given: [new ScheduledEvent(own), env, ctx], answer: () => (own.isFinal ? "final" : "-") };
  }

  function registered() {
    return { __proto__: null, given: [], answer: () => "-" };
  }

  return {
    __proto__: null,
    scheduled: { __proto__: null, exported: "scheduled", event: scheduled },
    cron: { __proto__: null, exported: undefined, event: registered },
  };
}
