/** Lists of Deno KV: an async iterator over the keys that a selector covers, read in batches. */
import * as keys from "./kv-keys.js";

const BATCH_DEFAULT = 100;
const BATCH_OF_LIMIT_MAX = 500;
const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

export function lists(core, { open, read, consistencyOf }, { entryOf }) {
  const states = core.slots();

  function positive(what, value) {
    if (!Number.isInteger(value) || value <= 0) throw new Error(`${what} must be a positive integer: received ${value}`);
  }

  function listing(own, selector, options) {
    const { limit, cursor, reverse } = options;
    if (limit !== undefined) positive("Limit", limit);
    const batch = options.batchSize ?? Math.min(limit ?? BATCH_DEFAULT, BATCH_OF_LIMIT_MAX);
    positive("batchSize", batch);
    const [prefix, start, end] = ["prefix", "start", "end"].map((name) => {
      const part = Object.hasOwn(selector, name) ? selector[name] : undefined;
      return part === undefined ? undefined : Array.prototype.slice.call(part);
    });
    if (prefix !== undefined && start !== undefined && end !== undefined) {
      throw new TypeError("Selector can not specify both 'start' and 'end' key when specifying 'prefix'");
    }
    if (prefix === undefined && (start === undefined || end === undefined)) {
      throw new TypeError("Selector must specify either 'prefix' or both 'start' and 'end' key");
    }
    return {
      __proto__: null,
      own,
      parts: [prefix, start, end],
      covered: undefined,
      limit: limit ?? Infinity,
      batch,
      isReverse: Boolean(reverse ?? false),
      isStrong: undefined,
      options,
      cursor: cursor === undefined || cursor === "" ? undefined : cursor,
      last: undefined,
      buffer: [],
      at: 0,
      count: 0,
      isLast: false,
      isDone: false,
    };
  }

  async function fill(list) {
    const { own, batch, isReverse } = list;
    list.covered ??= keys.range(...list.parts);
    list.isStrong ??= consistencyOf(list.options);
    let rest = list.covered;
    const base64 = core.use("base64");
    if (list.last !== undefined) rest = keys.behind(rest, keys.cursorOf(rest, list.last, base64), isReverse, base64);
    else if (list.cursor !== undefined) rest = keys.behind(rest, list.cursor, isReverse, base64);
    const range = { __proto__: null, start: rest.first, end: rest.afterLast, limit: batch, isReverse };
    const [{ entries, isCut }] = await read(open(own), [range], list.isStrong, "Deno.Kv.list");
    list.buffer = entries;
    list.at = 0;
    list.isLast = !isCut && entries.length < batch;
  }

  class KvListIterator {
    get cursor() {
      const list = states.get(this);
      if (list.isDone) return "";
      if (list.last !== undefined) return keys.cursorOf(list.covered, list.last, core.use("base64"));
      if (list.cursor !== undefined) return list.cursor;
      throw new Error("Cannot get cursor before first iteration");
    }

    async next() {
      const list = states.get(this);
      if (list.isDone || list.count >= list.limit) return { done: true, value: undefined };
      if (list.at === list.buffer.length && !list.isLast) await fill(list);
      if (list.at === list.buffer.length) {
        list.isDone = true;
        return { done: true, value: undefined };
      }
      const entry = list.buffer[list.at++];
      list.last = entry.key;
      list.count++;
      return { done: false, value: entryOf(entry) };
    }

    [Symbol.asyncIterator]() {
      return this;
    }
  }

  Object.setPrototypeOf(KvListIterator.prototype, AsyncIteratorPrototype);

  /** The list of a selector, from its beginning or from a cursor on. */
  function list(own, selector, options) {
    const iterator = Object.create(KvListIterator.prototype);
    states.set(iterator, listing(own, selector, options));
    return iterator;
  }

  return { __proto__: null, KvListIterator, list };
}
