/** Operations of the binding `kv`: what is asked is checked, written as bytes, and started when the host has room. */
import * as keys from "./kv-keys.js";
import { VALUE_MAX_BYTES } from "./kv-values.js";
import * as wire from "./kv-wire.js";

export const BINDING = "kv";
const KEY_MAX_BYTES = 2048;
const COMMIT_MAX_BYTES = 819_200;
const CHECKS_MAX = 100;
const MUTATIONS_MAX = 1000;
const RANGES_MAX = 10;
const READ_ENTRIES_MAX = 1000;
const QUEUE_DELAY_MAX_MS = 30 * 24 * 3600 * 1000;
const BACKOFF_STEPS_MAX = 5;
const BACKOFF_MAX_MS = 3600 * 1000;
const BACKOFF_DEFAULT = [100, 1000, 5000, 30_000, 60_000];
const UNDELIVERED_KEYS_MAX = 10;
/** What all operations under way may take on the host, as HOST.md says; further ones wait here. */
const UNDER_WAY_MAX_BYTES = 16 * 1024 * 1024;
const ENTRY_MAX_BYTES = VALUE_MAX_BYTES + KEY_MAX_BYTES + 32;

export function operations(core, { serialized }) {
  /** Stands for the versionstamp at the end of a key. */
  const commitVersionstamp = Symbol("KvCommitVersionstamp");
  let underWay = 0;
  let waiting = [];

  /** The state of a database that is open. */
  function open(own) {
    if (own.isClosed) throw new (core.use("deno-errors").BadResource)("Bad resource ID");
    return own;
  }

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
    if (limits > READ_ENTRIES_MAX) throw new TypeError(`Too many entries (max ${READ_ENTRIES_MAX}): ${limits}`);
    const values = [own.database, isStrong, wire.ranges(ranges)];
    return wire.entries(await run(what, "read", values, limits * ENTRY_MAX_BYTES));
  }

  // --- Writing ------------------------------------------------------------------------------------------------------

  function keyToWrite(key) {
    const bytes = keys.encode(key);
    if (bytes.length === 0) throw new TypeError("key cannot be empty");
    if (bytes.length > KEY_MAX_BYTES) {
      throw new TypeError(`Key too large for write (max ${KEY_MAX_BYTES} bytes): ${bytes.length} bytes`);
    }
    return bytes;
  }

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

  return { __proto__: null, commitVersionstamp, open, read, consistencyOf, emptyWrite, mutation, message, commit };
}
