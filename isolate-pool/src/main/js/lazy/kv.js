/** Deno KV over the binding `kv` (see HOST.md): `Deno.openKv` and `env.KV`. */
import { copied, start, u64, whole } from "../parts/bytes.js";
import * as keys from "../parts/kv-keys.js";
import * as wire from "../parts/kv-wire.js";

const BINDING = "kv";
const KEY_MAX_BYTES = 2048;
const VALUE_MAX_BYTES = 65_536;
/** Where measuring a value that is too large ends. */
const VALUE_GIVEN_UP_BYTES = 1_048_576;
const COMMIT_MAX_BYTES = 819_200;
const CHECKS_MAX = 100;
const MUTATIONS_MAX = 1000;
const RANGES_MAX = 10;
const WATCHED_KEYS_MAX = 10;
const LIST_BATCH_MAX = 1000;
const LIST_BATCH_DEFAULT = 100;
const LIST_BATCH_OF_LIMIT_MAX = 500;
const QUEUE_DELAY_MAX_MS = 30 * 24 * 3600 * 1000;
const BACKOFF_STEPS_MAX = 5;
const BACKOFF_MAX_MS = 3600 * 1000;
const BACKOFF_DEFAULT = [100, 1000, 5000, 30_000, 60_000];
const UNDELIVERED_KEYS_MAX = 10;
/** What all operations under way may take on the host, as HOST.md says; further ones wait here. */
const UNDER_WAY_MAX_BYTES = 16 * 1024 * 1024;
const ENTRY_MAX_BYTES = VALUE_MAX_BYTES + KEY_MAX_BYTES + 32;
const U64_END = 2n ** 64n;
const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

export default function kv(core) {
  const { encode, decode } = core.use("v8");
  const readKey = keys.keyReader(core.TextDecoder);
  const stores = core.slots();
  const operations = core.slots();
  const lists = core.slots();
  const commitVersionstamp = Symbol("KvCommitVersionstamp");
  let underWay = 0;
  let waiting = [];

  // --- Operations ---------------------------------------------------------------------------------------------------

  /** One operation on a database, when the host has room for it. */
  async function run(what, name, values, bytes) {
    if (waiting.length > 0 || (underWay > 0 && underWay + bytes > UNDER_WAY_MAX_BYTES)) {
      await new Promise((resolve) => waiting.push({ bytes, resolve }));
    } else underWay += bytes;
    try {
      return await core.start(what, BINDING, name, values);
    } finally {
      underWay -= bytes;
      admit();
    }
  }

  function admit() {
    let admitted = 0;
    for (const next of waiting) {
      if (underWay > 0 && underWay + next.bytes > UNDER_WAY_MAX_BYTES) break;
      underWay += next.bytes;
      admitted++;
      next.resolve();
    }
    if (admitted > 0) waiting = waiting.slice(admitted);
  }

  function consistencyOf(options) {
    const level = options?.consistency ?? "strong";
    if (level !== "strong" && level !== "eventual") {
      throw new TypeError(`unknown variant \`${level}\`, expected \`strong\` or \`eventual\``);
    }
    return level === "strong";
  }

  async function read(own, ranges, isStrong, what) {
    if (ranges.length > RANGES_MAX) throw new TypeError(`Too many ranges (max ${RANGES_MAX}): ${ranges.length}`);
    if (ranges.length === 0) return [];
    let limits = 0;
    for (const { start: first, end, limit } of ranges) {
      if (first.length > KEY_MAX_BYTES + 1 || end.length > KEY_MAX_BYTES + 1) {
        const bytes = Math.max(first.length, end.length);
        throw new TypeError(`Key too large for read (max ${KEY_MAX_BYTES + 1} bytes): ${bytes} bytes`);
      }
      limits += limit;
    }
    if (limits > LIST_BATCH_MAX) throw new TypeError(`Too many entries (max ${LIST_BATCH_MAX}): ${limits}`);
    const values = [own.database, isStrong, wire.ranges(ranges)];
    return wire.entries(await run(what, "read", values, limits * ENTRY_MAX_BYTES));
  }

  // --- Keys and values ----------------------------------------------------------------------------------------------

  function keyToWrite(key) {
    const bytes = keys.encode(key);
    if (bytes.length === 0) throw new TypeError("key cannot be empty");
    if (bytes.length > KEY_MAX_BYTES) {
      throw new TypeError(`Key too large for write (max ${KEY_MAX_BYTES} bytes): ${bytes.length} bytes`);
    }
    return bytes;
  }

  function serialized(value, what) {
    let bytes;
    try {
      bytes = encode(value, VALUE_GIVEN_UP_BYTES);
    } catch (error) {
      if (!(error instanceof RangeError) || !error.message.startsWith("more than ")) throw error;
      throw new TypeError(`${what} too large (max ${VALUE_MAX_BYTES} bytes): ${error.message}`);
    }
    return checkedSize(bytes, what);
  }

  function checkedSize(bytes, what) {
    if (bytes.length > VALUE_MAX_BYTES) {
      throw new TypeError(`${what} too large (max ${VALUE_MAX_BYTES} bytes): ${bytes.length} bytes`);
    }
    return bytes;
  }

  function isBytes(value) {
    return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
  }

  /** A value as it is stored: its kind and bytes. */
  function stored(value) {
    if (isBytes(value)) return { __proto__: null, kind: wire.BYTES, bytes: copied(checkedSize(value, "Value")) };
    if (value instanceof KvU64) {
      const out = start(8);
      u64(out, value.value, true);
      return { __proto__: null, kind: wire.U64, bytes: whole(out) };
    }
    return { __proto__: null, kind: wire.V8, bytes: serialized(value, "Value") };
  }

  function restored(kind, bytes) {
    if (kind === wire.V8) return decode(bytes);
    if (kind === wire.BYTES) return copied(bytes);
    return new KvU64(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  }

  const entryOf = ({ key, kind, value, versionstamp }) => ({ key: readKey(key), value: restored(kind, value), versionstamp });
  const absent = (key) => ({ key, value: null, versionstamp: null });

  // --- Writing ------------------------------------------------------------------------------------------------------

  const emptyWrite = () => ({ __proto__: null, checks: [], mutations: [], enqueues: [] });

  function expiry(expireIn) {
    if (expireIn === undefined) return undefined;
    if (typeof expireIn !== "number" || !Number.isInteger(expireIn) || expireIn < 0) {
      throw new TypeError(`expireIn must be a non-negative integer: received ${expireIn}`);
    }
    return expireIn;
  }

  /** A mutation as it was asked for; its key is written when it is committed. */
  function mutation(type, key, value, expireIn) {
    return { __proto__: null, type, key, ...value, expireIn };
  }

  function message(value, options) {
    const { delay = undefined, keysIfUndelivered = undefined, backoffSchedule = undefined } = options ?? {};
    if (delay !== undefined) checkDelay(delay);
    if (backoffSchedule !== undefined) checkBackoff(backoffSchedule);
    const undelivered = keysIfUndelivered ?? [];
    if (undelivered.length > UNDELIVERED_KEYS_MAX) {
      throw new TypeError(`Too many keysIfUndelivered (max ${UNDELIVERED_KEYS_MAX}): ${undelivered.length}`);
    }
    return {
      __proto__: null,
      bytes: serialized(value, "enqueue payload"),
      delay: delay ?? 0,
      undelivered: Array.from(undelivered, keyToWrite),
      backoff: backoffSchedule ?? BACKOFF_DEFAULT,
    };
  }

  function checkDelay(delay) {
    if (Number.isNaN(delay)) throw new TypeError("Delay cannot be NaN");
    if (delay < 0) throw new TypeError(`Delay must be >= 0: received ${delay}`);
    if (delay > QUEUE_DELAY_MAX_MS) throw new TypeError(`Delay cannot be greater than 30 days: received ${delay}`);
  }

  function checkBackoff(schedule) {
    if (schedule.length > BACKOFF_STEPS_MAX) {
      throw new TypeError(`Invalid backoffSchedule, max ${BACKOFF_STEPS_MAX} intervals allowed: received ${schedule.length}`);
    }
    for (let i = 0; i < schedule.length; i++) {
      if (!(schedule[i] >= 0 && schedule[i] <= BACKOFF_MAX_MS)) {
        throw new TypeError(`Invalid backoffSchedule, interval at index ${i} is invalid: ${schedule[i]}; at most ${BACKOFF_MAX_MS}`);
      }
    }
  }

  function checkOf({ key, versionstamp }) {
    const stamp = versionstamp ?? null;
    if (stamp !== null && !/^[0-9a-fA-F]{20}$/.test(stamp)) throw new TypeError(`Invalid check: the versionstamp is ${stamp}`);
    return { __proto__: null, key: keyToWrite(key), versionstamp: stamp };
  }

  function written(given) {
    const { key } = given;
    const isStamped = given.type === "set" && key.length > 0 && key[key.length - 1] === commitVersionstamp;
    return {
      ...given,
      __proto__: null,
      type: isStamped ? "setVersionstamped" : given.type,
      key: keyToWrite(isStamped ? key.slice(0, -1) : key),
      expireIn: expiry(given.expireIn),
    };
  }

  /** Commits; the versionstamp, or null when a check does not hold. */
  async function commit(own, { checks, mutations, enqueues }, what) {
    if (checks.length > CHECKS_MAX) throw new TypeError(`Too many checks (max ${CHECKS_MAX}): ${checks.length}`);
    const changes = mutations.length + enqueues.length;
    if (changes > MUTATIONS_MAX) throw new TypeError(`Too many mutations (max ${MUTATIONS_MAX}): ${changes}`);
    const write = { checks: checks.map(checkOf), mutations: mutations.map(written), enqueues };
    let size = 0;
    for (const { key } of write.checks) size += key.length;
    for (const { key, bytes } of write.mutations) size += key.length + (bytes?.length ?? 0);
    for (const { bytes } of enqueues) size += bytes.length;
    if (size > COMMIT_MAX_BYTES) {
      throw new TypeError(`Total mutation size too large (max ${COMMIT_MAX_BYTES} bytes): ${size} bytes`);
    }
    const bytes = wire.write(write);
    return run(what, "commit", [own.database, bytes], bytes.byteLength);
  }

  // --- Deno.Kv ------------------------------------------------------------------------------------------------------

  function opened(kvObject) {
    const own = stores.get(kvObject);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Deno.Kv");
    return open(own);
  }

  function open(own) {
    if (own.isClosed) throw new (core.use("deno-errors").BadResource)("Bad resource ID");
    return own;
  }

  const making = { __proto__: null, database: undefined };

  class Kv {
    constructor() {
      if (making.database === undefined) throw new TypeError("Deno.Kv can not be constructed: use Deno.openKv instead");
      stores.set(this, { __proto__: null, database: making.database, isClosed: false, watches: new Set() });
    }

    atomic() {
      return made(AtomicOperation, operations, { __proto__: null, own: opened(this), write: emptyWrite() });
    }

    commitVersionstamp() {
      return commitVersionstamp;
    }

    async get(key, options = undefined) {
      const own = opened(this);
      const isStrong = consistencyOf(options);
      const [{ entries }] = await read(own, [keys.point(keys.encode(key))], isStrong, "Deno.Kv.get");
      return entries.length === 0 ? absent(key) : entryOf(entries[0]);
    }

    async getMany(all, options = undefined) {
      const own = opened(this);
      const isStrong = consistencyOf(options);
      const found = await read(own, Array.from(all, (key) => keys.point(keys.encode(key))), isStrong, "Deno.Kv.getMany");
      return found.map(({ entries }, i) => (entries.length === 0 ? absent(all[i]) : entryOf(entries[0])));
    }

    async set(key, value, options = undefined) {
      const own = opened(this);
      const write = { ...emptyWrite(), mutations: [mutation("set", key, stored(value), options?.expireIn)] };
      return { ok: true, versionstamp: await commit(own, write, "Deno.Kv.set") };
    }

    async delete(key) {
      await commit(opened(this), { ...emptyWrite(), mutations: [mutation("delete", key)] }, "Deno.Kv.delete");
    }

    list(selector, options = undefined) {
      return made(KvListIterator, lists, listing(opened(this), selector, options ?? {}));
    }

    async enqueue(value, options = undefined) {
      const own = opened(this);
      const write = { ...emptyWrite(), enqueues: [message(value, options)] };
      return { ok: true, versionstamp: await commit(own, write, "Deno.Kv.enqueue") };
    }

    async listenQueue() {
      throw new (core.use("deno-errors").NotSupported)(
        "Deno.Kv.listenQueue is not supported here yet: messages are kept, and nothing delivers them",
      );
    }

    watch(all, options = undefined) {
      return watching(opened(this), all, options?.raw ?? false);
    }

    close() {
      const own = opened(this);
      own.isClosed = true;
      for (const end of own.watches) end();
    }

    [Symbol.dispose]() {
      if (!stores.get(this).isClosed) this.close();
    }
  }

  /** A new object of a class that guests cannot make. */
  function made(type, states, state) {
    const object = Object.create(type.prototype);
    states.set(object, state);
    return object;
  }

  // --- Lists --------------------------------------------------------------------------------------------------------

  function positive(what, value) {
    if (!Number.isInteger(value) || value <= 0) throw new Error(`${what} must be a positive integer: received ${value}`);
  }

  function listing(own, selector, options) {
    const { limit, cursor, reverse } = options;
    if (limit !== undefined) positive("Limit", limit);
    const batch = options.batchSize ?? Math.min(limit ?? LIST_BATCH_DEFAULT, LIST_BATCH_OF_LIMIT_MAX);
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
      const list = lists.get(this);
      if (list.isDone) return "";
      if (list.last !== undefined) return keys.cursorOf(list.covered, list.last, core.use("base64"));
      if (list.cursor !== undefined) return list.cursor;
      throw new Error("Cannot get cursor before first iteration");
    }

    async next() {
      const list = lists.get(this);
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

  // --- Atomic operations --------------------------------------------------------------------------------------------

  const writeOf = (operation) => operations.get(operation).write;
  const u64Of = (value) => stored(new KvU64(value));

  class AtomicOperation {
    check(...checks) {
      for (const { key, versionstamp } of checks) writeOf(this).checks.push({ key, versionstamp });
      return this;
    }

    mutate(...mutations) {
      for (const given of mutations) {
        const { type, key } = given;
        if (type === "delete") {
          if (given.value) throw new TypeError("Invalid mutation 'delete' with value");
          this.delete(key);
        } else if (type === "set" || type === "sum" || type === "min" || type === "max") {
          if (!Object.hasOwn(given, "value")) throw new TypeError(`Invalid mutation '${type}' without value`);
          const expireIn = type === "set" && typeof given.expireIn === "number" ? given.expireIn : undefined;
          const value = stored(given.value);
          if ((type === "min" || type === "max") && value.kind !== wire.U64) {
            throw new TypeError(`Failed to perform '${type}' mutation on a non-U64 operand`);
          }
          writeOf(this).mutations.push(mutation(type, key, value, expireIn));
        } else throw new TypeError("Invalid mutation type");
      }
      return this;
    }

    sum(key, n) {
      writeOf(this).mutations.push(mutation("sum", key, u64Of(n)));
      return this;
    }

    min(key, n) {
      writeOf(this).mutations.push(mutation("min", key, u64Of(n)));
      return this;
    }

    max(key, n) {
      writeOf(this).mutations.push(mutation("max", key, u64Of(n)));
      return this;
    }

    set(key, value, options = undefined) {
      writeOf(this).mutations.push(mutation("set", key, stored(value), options?.expireIn));
      return this;
    }

    delete(key) {
      writeOf(this).mutations.push(mutation("delete", key));
      return this;
    }

    enqueue(value, options = undefined) {
      writeOf(this).enqueues.push(message(value, options));
      return this;
    }

    async commit() {
      const { own, write } = operations.get(this);
      const versionstamp = await commit(open(own), write, "Deno.AtomicOperation.commit");
      return versionstamp === null ? { ok: false } : { ok: true, versionstamp };
    }

    // biome-ignore lint: awaiting it by mistake has to be told
    then() {
      throw new TypeError("'Deno.AtomicOperation' is not a promise: did you forget to call 'commit()'");
    }
  }

  // --- Watches ------------------------------------------------------------------------------------------------------

  /** A stream of what keys hold: first as they are, then after changes. */
  function watching(own, all, isRaw) {
    const watched = Array.from(all, (key) => [...key]);
    const encoded = watched.map((key) => keys.encode(key));
    if (watched.length > WATCHED_KEYS_MAX) throw new TypeError(`Too many keys (max ${WATCHED_KEYS_MAX}): ${watched.length}`);
    const bytes = watched.length * ENTRY_MAX_BYTES;
    let last = [];
    let id;
    let isOver = watched.length === 0;
    let stream;

    function release() {
      isOver = true;
      own.watches.delete(end);
      if (id !== undefined) id.then((number) => core.start("Deno.Kv.watch", BINDING, "unwatch", [number])).catch(() => {});
    }

    function end() {
      if (isOver) return;
      release();
      stream.close();
    }

    async function pull(controller) {
      id ??= core.start("Deno.Kv.watch", BINDING, "watch", [own.database, wire.keys(encoded)]);
      const number = await id;
      while (!isOver) {
        const hasChanged = await core.start("Deno.Kv.watch", BINDING, "changed", [number]);
        if (!hasChanged) return end();
        const values = [own.database, true, wire.ranges(encoded.map(keys.point))];
        const found = wire.entries(await run("Deno.Kv.watch", "read", values, bytes));
        const stamps = found.map(({ entries }) => entries[0]?.versionstamp ?? null);
        if (isOver) return undefined;
        if (!isRaw && last.length > 0 && stamps.every((stamp, i) => stamp === last[i])) continue;
        last = stamps;
        return controller.enqueue(found.map(({ entries }, i) => (entries.length === 0 ? absent([...watched[i]]) : entryOf(entries[0]))));
      }
      return undefined;
    }

    own.watches.add(end);
    return new (core.use("streams").ReadableStream)({
      start(controller) {
        stream = controller;
        if (isOver) controller.close();
      },
      async pull(controller) {
        try {
          await pull(controller);
        } catch (error) {
          if (isOver) return;
          release();
          throw error;
        }
      },
      cancel: release,
    });
  }

  // --- Deno.KvU64 ---------------------------------------------------------------------------------------------------

  class KvU64 {
    constructor(value) {
      if (typeof value !== "bigint") throw new TypeError(`Value must be a bigint: received ${typeof value}`);
      if (value < 0n) throw new RangeError(`Value must be a positive bigint: received ${value}`);
      if (value >= U64_END) throw new RangeError("Value must fit in a 64-bit unsigned integer");
      this.value = value;
      Object.freeze(this);
    }

    valueOf() {
      return this.value;
    }

    toString() {
      return this.value.toString();
    }

    get [Symbol.toStringTag]() {
      return "Deno.KvU64";
    }
  }

  function kvOf(database) {
    making.database = database;
    try {
      return new Kv();
    } finally {
      making.database = undefined;
    }
  }

  /** Opens a database of the app's tenant; without a name, the app's own. */
  async function openKv(name = undefined) {
    if (name !== undefined && typeof name !== "string") throw new TypeError("Filename cannot be empty");
    if (name === "") throw new TypeError("Filename cannot be empty");
    await core.start("Deno.openKv", BINDING, "open", [name ?? ""]);
    return kvOf(name ?? "");
  }

  return { __proto__: null, openKv, Kv, AtomicOperation, KvListIterator, KvU64, own: () => kvOf("") };
}
