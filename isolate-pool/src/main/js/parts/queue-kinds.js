/**
 * Handlers of queue messages: `queue(batch, env, ctx)` of the default export takes several at a time, and what was given
 * to `kv.listenQueue` takes one.
 */
const DELAY_MAX_SECONDS = 30 * 24 * 3600;
/** Of each message, after the queue's name: id, milliseconds since 1970, number of attempts, payload. */
const FIELDS = 4;

export function queueKinds(core) {
  const messages = core.slots();
  const batches = core.slots();
  const decode = (bytes) => core.use("v8").decode(bytes);

  /** What a handler decides is written as `a` (acknowledged) or `r` and the seconds it asks for, if any. */
  function retryOf(options) {
    const delaySeconds = options?.delaySeconds;
    if (delaySeconds === undefined) return "r";
    if (!(delaySeconds >= 0 && delaySeconds <= DELAY_MAX_SECONDS)) {
      throw new TypeError(`retry: delaySeconds is ${delaySeconds}; it must be between 0 and ${DELAY_MAX_SECONDS}`);
    }
    return `r${Math.ceil(delaySeconds)}`;
  }

  function decide(own, decision) {
    own.decision ??= decision;
  }

  class Message {
    constructor(own) {
      messages.set(this, own);
      this.id = own.id;
      this.timestamp = new Date(own.time);
      this.attempts = own.attempts;
    }

    get body() {
      const own = messages.get(this);
      if (!own.isRead) {
        own.body = decode(own.payload);
        own.isRead = true;
      }
      return own.body;
    }

    ack() {
      decide(messages.get(this), "a");
    }

    retry(options = undefined) {
      decide(messages.get(this), retryOf(options));
    }
  }

  class MessageBatch {
    constructor(queue, all) {
      batches.set(this, all);
      this.queue = queue;
      this.messages = all.map((own) => new Message(own));
    }

    ackAll() {
      for (const own of batches.get(this)) decide(own, "a");
    }

    retryAll(options = undefined) {
      const decision = retryOf(options);
      for (const own of batches.get(this)) decide(own, decision);
    }
  }

  function batchOf([queue, ...values], { env, ctx }) {
    const all = [];
    for (let i = 0; i < values.length; i += FIELDS) {
      const [id, time, attempts, payload] = values.slice(i, i + FIELDS);
      all.push({ __proto__: null, id, time, attempts, payload, body: undefined, isRead: false, decision: undefined });
    }
    const answer = () => all.map(({ decision }) => decision ?? "-").join(",");
    return { __proto__: null, given: [new MessageBatch(queue, all), env, ctx], answer };
  }

  function messageOf([, , , , payload]) {
    return { __proto__: null, given: [decode(payload)], answer: () => "-" };
  }

  return {
    __proto__: null,
    queue: { __proto__: null, exported: "queue", event: batchOf },
    listen: { __proto__: null, exported: undefined, event: messageOf },
  };
}
