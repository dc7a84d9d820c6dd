/** Deno KV over the binding `kv` (see HOST.md): `Deno.openKv` and `env.KV`. */
import { point, encode } from "../parts/kv-keys.js";
import { lists } from "../parts/kv-lists.js";
import { BINDING, operations as makeOperations } from "../parts/kv-operations.js";
import { values } from "../parts/kv-values.js";
import { watches } from "../parts/kv-watches.js";
import { U64 } from "../parts/kv-wire.js";

/** Messages of one sendBatch. */
const SEND_MAX = 1000;

export default function kv(core) {
  const made = values(core);
  const { KvU64, stored, entryOf, absent } = made;
  const use = makeOperations(core, made);
  const { commitVersionstamp, open, read, consistencyOf, emptyWrite, mutation, message, commit } = use;
  const { KvListIterator, list } = lists(core, use, made);
  const { watch } = watches(core, use, made);
  const stores = core.slots();
  const operations = core.slots();

  function opened(kvObject) {
    const own = stores.get(kvObject);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Deno.Kv");
    return open(own);
  }

  const making = { __proto__: null, database: undefined };

  class Kv {
    constructor() {
      if (making.database === undefined) throw new TypeError("Deno.Kv can not be constructed: use Deno.openKv instead");
      stores.set(this, { __proto__: null, database: making.database, isClosed: false, watches: new Set() });
    }

    atomic() {
      const operation = Object.create(AtomicOperation.prototype);
      operations.set(operation, { __proto__: null, own: opened(this), write: emptyWrite() });
      return operation;
    }

    commitVersionstamp() {
      return commitVersionstamp;
    }

    async get(key, options = undefined) {
      const own = opened(this);
      const isStrong = consistencyOf(options);
      const [{ entries }] = await read(own, [point(encode(key))], isStrong, "Deno.Kv.get");
      return entries.length === 0 ? absent(key) : entryOf(entries[0]);
    }

    async getMany(all, options = undefined) {
      const own = opened(this);
      const isStrong = consistencyOf(options);
      const found = await read(own, Array.from(all, (key) => point(encode(key))), isStrong, "Deno.Kv.getMany");
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
      return list(opened(this), selector, options ?? {});
    }

    async enqueue(value, options = undefined) {
      const own = opened(this);
      const write = { ...emptyWrite(), enqueues: [message(value, options)] };
      return { ok: true, versionstamp: await commit(own, write, "Deno.Kv.enqueue") };
    }

    /** Settles at once, where Deno's settles when the database is closed: a top level that awaits it has to end. */
    async listenQueue(handler) {
      core.use("triggers").add("Deno.Kv.listenQueue", "listen", opened(this).database, "", handler);
    }

    watch(all, options = undefined) {
      return watch(opened(this), all, options?.raw ?? false);
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
          if ((type === "min" || type === "max") && value.kind !== U64) {
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

  const producers = core.slots();

  /** What Workers send through: a queue, which is that of the database of its name. */
  class Queue {
    constructor() {
      if (making.database === undefined) throw new TypeError("Illegal constructor: queues are members of env");
      producers.set(this, { __proto__: null, database: making.database, isClosed: false, watches: new Set() });
    }

    async send(body, options = undefined) {
      await sendAll(producers.get(this), [message(body, delayOf(options))], "Queue.send");
    }

    async sendBatch(messages, options = undefined) {
      const all = [];
      for (const one of messages) all.push(message(one.body, delayOf(one.delaySeconds === undefined ? options : one)));
      if (all.length > SEND_MAX) throw new TypeError(`sendBatch takes at most ${SEND_MAX} messages; ${all.length} were given`);
      if (all.length > 0) await sendAll(producers.get(this), all, "Queue.sendBatch");
    }
  }

  async function sendAll(own, enqueues, what) {
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Queue");
    await commit(own, { ...emptyWrite(), enqueues }, what);
  }

  function delayOf(options) {
    const delaySeconds = options?.delaySeconds;
    return delaySeconds === undefined ? undefined : { __proto__: null, delay: delaySeconds * 1000 };
  }

  function producer(queue) {
    making.database = queue;
    try {
      return new Queue();
    } finally {
      making.database = undefined;
    }
  }

  return { __proto__: null, openKv, producer, Kv, AtomicOperation, KvListIterator, KvU64, own: () => kvOf("") };
}
