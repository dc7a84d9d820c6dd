import { call, equal, ok, rejects, same, test, throws } from "./testing.js";

/** A prefix that no other case uses. */
let prefixes = 0;
const own = () => [`case-${crypto.randomUUID()}`, prefixes++];
const all = async (list) => {
  const entries = [];
  for await (const entry of list) entries.push(entry);
  return entries;
};
const lastParts = (entries) => entries.map(({ key }) => key.at(-1));

test("sets, gets and deletes", async () => {
  const kv = await Deno.openKv();
  const key = own();
  const missing = await kv.get(key);
  equal(missing.value, null);
  equal(missing.versionstamp, null);
  const { ok: isOk, versionstamp } = await kv.set(key, { a: 1 });
  equal(isOk, true);
  ok(/^[0-9a-f]{20}$/.test(versionstamp), versionstamp);
  const entry = await kv.get(key);
  same(entry, { key, value: { a: 1 }, versionstamp });
  ok(entry.key !== key);
  same((await kv.get(key, { consistency: "eventual" })).value, { a: 1 });
  equal(await kv.delete(key), undefined);
  equal((await kv.get(key)).versionstamp, null);
  await kv.delete(key);
});

test("env.KV is the same database as Deno.openKv()", async () => {
  const { env } = call();
  const key = own();
  await env.KV.set(key, "x");
  equal((await (await Deno.openKv()).get(key)).value, "x");
  equal(env.KV, env.KV);
  ok(env.KV instanceof Deno.Kv);
  same(Object.keys(env), []);
  env.KV = "mine";
  equal(env.KV, "mine");
});

test("gets many from one snapshot", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  const { versionstamp } = await kv.atomic().set([...prefix, 1], "a").set([...prefix, 2], "b").commit();
  const found = await kv.getMany([[...prefix, 1], [...prefix, 3], [...prefix, 2]]);
  same(found.map(({ value }) => value), ["a", null, "b"]);
  equal(found[2].versionstamp, versionstamp);
  same(found[1].key, [...prefix, 3]);
  same(await kv.getMany([]), []);
  await rejects(kv.getMany(Array.from({ length: 11 }, (_, i) => [i])), TypeError, "Too many ranges (max 10): 11");
});

test("keys keep their kinds and their order", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  const parts = [
    new Uint8Array([]), new Uint8Array([0]), new Uint8Array([0, 255]), new Uint8Array([1]), "", "\0", "a", "a\0", "b", "é", "€", "😀",
    -(2n ** 100n), -(2n ** 64n), -256n, -255n, -1n, 0n, 1n, 255n, 256n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 100n,
    -Infinity, -1.5, -1, -0, 0, 5e-324, 1, 1.5, 2 ** 53, Infinity, NaN, false, true,
  ];
  const shuffled = parts.map((part, i) => [part, i]).sort((a, b) => ((a[1] * 7) % 11) - ((b[1] * 7) % 11));
  const write = kv.atomic();
  for (const [part, i] of shuffled) write.set([...prefix, part], i);
  await write.commit();
  const entries = await all(kv.list({ prefix }));
  same(entries.map(({ value }) => value), parts.map((_, i) => i));
  lastParts(entries).forEach((part, i) => {
    if (part instanceof Uint8Array) same([...part], [...parts[i]]);
    else equal(part, parts[i]);
  });
  for (const [i, part] of parts.entries()) equal((await kv.get([...prefix, part])).value, i);
});

test("refuses keys that are none", async () => {
  const kv = await Deno.openKv();
  const wrong = "expected string, number, bigint, ArrayBufferView, boolean";
  for (const part of [null, undefined, {}, Symbol("x"), new ArrayBuffer(1)]) {
    await rejects(kv.get([part]), TypeError, wrong);
    await rejects(kv.set(["a", part], 1), TypeError, wrong);
  }
  await rejects(kv.get("a"), TypeError, "array");
  await rejects(kv.get(undefined), TypeError, "array");
  await rejects(kv.set([], 1), TypeError, "key cannot be empty");
  await rejects(kv.get([2n ** 2041n]), TypeError, "255 bytes");
  equal((await kv.get([])).value, null);
  equal((await kv.get([new Uint16Array([1])])).value, null);
});

test("names the limits of keys and values with what was given", async () => {
  const kv = await Deno.openKv();
  const text = (n) => "a".repeat(n);
  await rejects(kv.set([text(2047)], 1), TypeError, "Key too large for write (max 2048 bytes): 2049 bytes");
  await rejects(kv.get([text(3000)]), TypeError, "Key too large for read (max 2049 bytes): 3003 bytes");
  await rejects(kv.set(["a"], text(70_000)), TypeError, "Value too large (max 65536 bytes): 70006 bytes");
  await rejects(kv.set(["a"], new Uint8Array(65_537)), TypeError, "Value too large (max 65536 bytes): 65537 bytes");
  await rejects(kv.set(["a"], text(2_000_000)), TypeError, "Value too large (max 65536 bytes): more than 1048576 bytes");
  const key = [...own(), text(1900)];
  equal((await kv.set(key, new Uint8Array(65_536))).ok, true);
  equal((await kv.get(key)).value.length, 65_536);
  equal((await kv.set(key, text(65_530))).ok, true);
  equal((await kv.get(key)).value, text(65_530));
});

test("refuses values that cannot be copied", async () => {
  const kv = await Deno.openKv();
  await rejects(kv.set(["a"], () => 1), TypeError, "could not be cloned.");
  await rejects(kv.set(["a"], { a: [Symbol("x")] }), TypeError, "Symbol(x) could not be cloned.");
  await rejects(kv.set(["a"], new WeakMap()), TypeError, "#<WeakMap> could not be cloned.");
  await rejects(kv.set(["a"], Promise.resolve()), TypeError, "#<Promise> could not be cloned.");
  await rejects(kv.set(["a"], new Blob([])), TypeError, "#<Blob> could not be cloned.");
  const detached = new ArrayBuffer(1);
  structuredClone(detached, { transfer: [detached] });
  await rejects(kv.set(["a"], detached), TypeError, "could not be cloned.");
});

test("values of every kind come back as they were", async () => {
  const kv = await Deno.openKv();
  const key = own();
  const back = async (value) => {
    await kv.set(key, value);
    return (await kv.get(key)).value;
  };
  for (const value of [undefined, null, true, false, 0, -0, 1, -1, 2 ** 31, -(2 ** 31), 1.5, NaN, -Infinity, "", "é", "€😀\ud800", "x".repeat(9000), 0n, -1n, 2n ** 64n, -(2n ** 2000n) + 1n]) {
    equal(await back(value), value);
  }
  const shared = { x: 1 };
  const value = { shared: [shared, shared], map: new Map([[shared, new Set([1, "2"])]]), holes: [1, , 3], und: undefined };
  value.self = value;
  const got = await back(value);
  equal(got.self, got);
  equal(got.shared[0], got.shared[1]);
  const [[mapKey, set]] = got.map;
  equal(mapKey, got.shared[0]);
  same([...set], [1, "2"]);
  ok(!(1 in got.holes) && got.holes.length === 3 && "und" in got);
  const sparse = [];
  sparse[4_000_000_000] = 1;
  sparse.name = "x";
  const gotSparse = await back(sparse);
  same([gotSparse.length, gotSparse[4_000_000_000], gotSparse.name], [4_000_000_001, 1, "x"]);
  equal((await back(new Date(5))).getTime(), 5);
  equal(String(await back(/a+/giu)), "/a+/giu");
  const boxed = await back([Object(1), Object("s"), Object(true), Object(5n)]);
  same(boxed.map((each) => [typeof each, String(each)]), [["object", "1"], ["object", "s"], ["object", "true"], ["object", "5"]]);
  const bytes = await back(new Uint8Array([1, 2, 3]).subarray(1));
  ok(bytes instanceof Uint8Array && bytes.byteOffset === 0);
  same([...bytes], [2, 3]);
  const buffer = new ArrayBuffer(8);
  const views = await back([new Uint16Array(buffer, 2, 1), new DataView(buffer, 1, 3), new BigInt64Array(buffer), buffer]);
  equal(views[0].buffer, views[3]);
  same([views[0].byteOffset, views[0].length, views[1].byteLength, views[2][0] === 0n], [2, 1, 3, true]);
  const grown = await back(new ArrayBuffer(2, { maxByteLength: 16 }));
  same([grown.resizable, grown.byteLength, grown.maxByteLength], [true, 2, 16]);
  const error = await back(new RangeError("m", { cause: new Error("inner") }));
  ok(error instanceof RangeError && error.message === "m" && error.cause.message === "inner");
  ok(!Object.keys(error).includes("message") && error.stack.includes("RangeError: m"));
  const aborted = await back(new DOMException("a", "AbortError"));
  ok(aborted instanceof DOMException && aborted.name === "AbortError" && aborted.message === "a");
  const tricky = await back(JSON.parse('{"__proto__":1,"constructor":2}'));
  same(Object.entries(tricky), [["__proto__", 1], ["constructor", 2]]);
  equal(Object.getPrototypeOf(tricky), Object.prototype);
  let deep = [];
  for (let i = 0; i < 5000; i++) deep = i % 2 ? { deep } : [deep];
  deep = await back(deep);
  let depth = 0;
  for (; deep !== undefined; depth++) deep = deep.deep ?? deep[0];
  equal(depth, 5001);
  class Point { x = 1; get y() { return 2; } [Symbol("s")] = 3; }
  same(Reflect.ownKeys(await back(new Point())), ["x"]);
});

test("lists with every selector and option", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  const write = kv.atomic();
  for (let i = 0; i < 10; i++) write.set([...prefix, i], i);
  write.set(prefix, "itself").set([...prefix, 3, "below"], "below");
  await write.commit();
  const values = async (selector, options) => (await all(kv.list(selector, options))).map(({ value }) => value);
  same(await values({ prefix }), [0, 1, 2, 3, "below", 4, 5, 6, 7, 8, 9]);
  same(await values({ prefix, start: [...prefix, 7] }), [7, 8, 9]);
  same(await values({ prefix, end: [...prefix, 2] }), [0, 1]);
  same(await values({ start: [...prefix, 1], end: [...prefix, 3] }), [1, 2]);
  same(await values({ start: prefix, end: [...prefix, 0] }), ["itself"]);
  same(await values({ start: [...prefix, 1], end: [...prefix, 1] }), []);
  same(await values({ prefix }, { limit: 2 }), [0, 1]);
  same(await values({ prefix }, { reverse: true, limit: 3 }), [9, 8, 7]);
  same(await values({ prefix }, { batchSize: 1 }), [0, 1, 2, 3, "below", 4, 5, 6, 7, 8, 9]);
  same(await values({ prefix }, { batchSize: 4, reverse: true }), [9, 8, 7, 6, 5, 4, "below", 3, 2, 1, 0]);
  same(await values({ prefix }, { limit: 5, batchSize: 2, consistency: "eventual" }), [0, 1, 2, 3, "below"]);
});

test("goes on with a list from its cursor", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  for (let i = 0; i < 5; i++) await kv.set([...prefix, "€", i], i);
  const selectors = [{ prefix }, { prefix, start: [...prefix, "€", 0] }, { start: prefix, end: [...prefix, "€", 9] }];
  for (const selector of selectors) {
    for (const reverse of [false, true]) {
      const seen = [];
      let cursor;
      do {
        const list = kv.list(selector, { limit: 2, cursor, reverse });
        seen.push(...(await all(list)).map(({ value }) => value));
        cursor = list.cursor;
        ok(seen.length <= 5);
        if (seen.length === 5) {
          await list.next();
          cursor = (await all(kv.list(selector, { limit: 2, cursor, reverse }))).length === 0 ? "" : cursor;
        }
      } while (cursor !== "");
      same(seen, reverse ? [4, 3, 2, 1, 0] : [0, 1, 2, 3, 4]);
    }
  }
  throws(() => kv.list({ prefix }).cursor, Error, "Cannot get cursor before first iteration");
  const list = kv.list({ prefix: ["a"] });
  ok(list[Symbol.asyncIterator]() === list && list instanceof Deno.KvListIterator);
  await rejects(all(kv.list({ prefix }, { cursor: "%%%" })), TypeError, "invalid cursor");
  await rejects(all(kv.list({ start: ["a"], end: ["b"] }, { cursor: "AmMA" })), TypeError, "cursor out of bounds");
});

test("its cursors are those of Deno", async () => {
  const kv = await Deno.openKv();
  await kv.set(["cursor-of-deno", "a"], 1);
  const list = kv.list({ prefix: ["cursor-of-deno"] });
  await list.next();
  equal(list.cursor, "AmEA");
});

test("refuses selectors and options that are none", async () => {
  const kv = await Deno.openKv();
  const listed = (selector, options) => (async () => all(kv.list(selector, options)))();
  await rejects(listed({}), TypeError, "Selector must specify either 'prefix' or both 'start' and 'end' key");
  await rejects(listed({ start: ["a"] }), TypeError, "Selector must specify either");
  await rejects(listed({ prefix: ["a"], start: ["a", "b"], end: ["a", "c"] }), TypeError, "Selector can not specify both");
  await rejects(listed({ prefix: ["a"], start: ["b"] }), TypeError, "Start key is not in the keyspace defined by prefix");
  await rejects(listed({ prefix: ["a"], start: ["a"] }), TypeError, "Start key is not in the keyspace defined by prefix");
  await rejects(listed({ prefix: ["a"], end: ["b"] }), TypeError, "End key is not in the keyspace defined by prefix");
  await rejects(listed({ start: ["b"], end: ["a"] }), TypeError, "Start key is greater than end key");
  await rejects(listed(), TypeError);
  for (const limit of [0, -1, 1.5, NaN, "2"]) {
    await rejects(listed({ prefix: [] }, { limit }), Error, `Limit must be a positive integer: received ${limit}`);
  }
  await rejects(listed({ prefix: [] }, { batchSize: 0 }), Error, "batchSize must be a positive integer: received 0");
  await rejects(listed({ prefix: [] }, { batchSize: 1001 }), TypeError, "Too many entries (max 1000): 1001");
  await rejects(listed({ prefix: [] }, { consistency: "x" }), TypeError, "unknown variant `x`");
  await rejects(kv.get(["a"], { consistency: "x" }), TypeError, "expected `strong` or `eventual`");
});

test("lists more than fits into one answer", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  for (let i = 0; i < 270; i++) await kv.set([...prefix, i], new Uint8Array(65_000));
  let count = 0;
  for await (const { key, value } of kv.list({ prefix }, { batchSize: 1000 })) {
    equal(key.at(-1), count++);
    equal(value.length, 65_000);
  }
  equal(count, 270);
  for (let i = 0; i < 270; i++) await kv.delete([...prefix, i]);
});

test("commits when all checks hold, else nothing", async () => {
  const kv = await Deno.openKv();
  const [a, b] = [own(), own()];
  const first = await kv.atomic().check({ key: a, versionstamp: null }).set(a, 1).commit();
  equal(first.ok, true);
  const conflict = await kv.atomic().check({ key: a, versionstamp: null }).set(a, 2).set(b, 2).commit();
  same(conflict, { ok: false });
  equal((await kv.get(b)).versionstamp, null);
  const entry = await kv.get(a);
  equal(entry.versionstamp, first.versionstamp);
  const second = await kv.atomic().check(entry, { key: b, versionstamp: null }).set(b, 2).delete(a).commit();
  ok(second.ok && second.versionstamp > first.versionstamp);
  same((await kv.getMany([a, b])).map(({ value }) => value), [null, 2]);
  equal((await kv.atomic().check({ key: a }).commit()).ok, true);
  await rejects(kv.atomic().check({ key: a, versionstamp: "xx" }).commit(), TypeError, "Invalid check");
  equal((await kv.atomic().commit()).ok, true);
});

test("sums, takes the least and the greatest, wrapping around at 64 bits", async () => {
  const kv = await Deno.openKv();
  const key = own();
  const value = async () => (await kv.get(key)).value;
  await kv.atomic().sum(key, 1n).commit();
  ok((await value()) instanceof Deno.KvU64);
  equal((await value()).value, 1n);
  await kv.atomic().sum(key, 2n ** 64n - 1n).commit();
  equal((await value()).value, 0n);
  await kv.atomic().max(key, 2n ** 63n + 1n).commit();
  equal((await value()).value, 2n ** 63n + 1n);
  await kv.atomic().min(key, 7n).mutate({ type: "sum", key, value: new Deno.KvU64(3n) }, { type: "max", key, value: new Deno.KvU64(2n) }).commit();
  equal((await value()).value, 10n);
  await kv.set(key, new Deno.KvU64(2n ** 64n - 1n));
  equal((await value()).value, 2n ** 64n - 1n);
  await kv.set(key, 5);
  await kv.atomic().mutate({ type: "sum", key, value: 2 }).commit();
  equal(await value(), 7);
  await rejects(kv.atomic().sum(key, 1n).commit(), TypeError);
  await kv.set(key, "x");
  await rejects(kv.atomic().min(key, 1n).commit(), TypeError, "'min' mutation on a non-U64 value in the database");
  throws(() => kv.atomic().sum(key, 1), TypeError, "Value must be a bigint: received number");
  throws(() => kv.atomic().max(key, -1n), RangeError, "Value must be a positive bigint: received -1");
  throws(() => kv.atomic().mutate({ type: "min", key, value: 1n }), TypeError, "Failed to perform 'min' mutation on a non-U64 operand");
});

test("refuses mutations that are none, and awaiting what was not committed", async () => {
  const kv = await Deno.openKv();
  throws(() => kv.atomic().mutate({ type: "x", key: ["n"] }), TypeError, "Invalid mutation type");
  throws(() => kv.atomic().mutate({ type: "delete", key: ["n"], value: 1 }), TypeError, "Invalid mutation 'delete' with value");
  throws(() => kv.atomic().mutate({ type: "set", key: ["n"] }), TypeError, "Invalid mutation 'set' without value");
  await rejects((async () => await kv.atomic())(), TypeError, "did you forget to call 'commit()'");
  const many = Array.from({ length: 101 }, (_, i) => ({ key: ["a", i], versionstamp: null }));
  await rejects(kv.atomic().check(...many).commit(), TypeError, "Too many checks (max 100): 101");
  const deletes = kv.atomic();
  for (let i = 0; i < 1001; i++) deletes.delete(["a", i]);
  await rejects(deletes.commit(), TypeError, "Too many mutations (max 1000): 1001");
  const large = kv.atomic();
  for (let i = 0; i < 20; i++) large.set(["a", i], new Uint8Array(60_000));
  await rejects(large.commit(), TypeError, "Total mutation size too large (max 819200 bytes): 1200");
});

test("writes keys with the commit's versionstamp", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  const { versionstamp } = await kv.set([...prefix, kv.commitVersionstamp()], "logged");
  same((await kv.get([...prefix, versionstamp])).value, "logged");
  await rejects(kv.set([...prefix, kv.commitVersionstamp(), "x"], 1), TypeError, "expected string");
  await rejects(kv.get([...prefix, kv.commitVersionstamp()]), TypeError, "expected string");
});

test("values expire, and never early", async () => {
  const kv = await Deno.openKv();
  const [a, b] = [own(), own()];
  await kv.set(a, 1, { expireIn: 3_600_000 });
  equal((await kv.get(a)).value, 1);
  const begun = Date.now();
  await kv.set(b, 1, { expireIn: 300 });
  while ((await kv.get(b)).value !== null) await new Promise((resolve) => setTimeout(resolve, 20));
  ok(Date.now() - begun >= 290, "not expired early");
  for (const expireIn of [-1, 1.5, NaN, "5", null]) {
    await rejects(kv.set(a, 1, { expireIn }), TypeError, `expireIn must be a non-negative integer: received ${expireIn}`);
  }
});

test("keeps messages, and checks what is said of their delivery", async () => {
  const kv = await Deno.openKv();
  equal((await kv.enqueue({ a: 1 }, { delay: 86_400_000, keysIfUndelivered: [["lost"]], backoffSchedule: [1000] })).ok, true);
  equal((await kv.atomic().enqueue("x", { delay: 1000 }).set(own(), 1).commit()).ok, true);
  await rejects(kv.enqueue(1, { delay: 31 * 864e5 }), TypeError, "Delay cannot be greater than 30 days");
  await rejects(kv.enqueue(1, { delay: -1 }), TypeError, "Delay must be >= 0: received -1");
  await rejects(kv.enqueue(1, { backoffSchedule: [3_600_001] }), TypeError, "interval at index 0 is invalid");
  await rejects(kv.enqueue(1, { keysIfUndelivered: Array.from({ length: 11 }, (_, i) => [i]) }), TypeError, "Too many keysIfUndelivered (max 10): 11");
  equal((await kv.enqueue(1, { delay: 30 * 864e5, backoffSchedule: [0, 3_600_000] })).ok, true);
  await rejects(kv.enqueue(1, { delay: NaN }), TypeError, "Delay cannot be NaN");
  await rejects(kv.enqueue(1, { backoffSchedule: [1, 2, 3, 4, 5, 6] }), TypeError, "max 5 intervals allowed: received 6");
  await rejects(kv.enqueue(1, { backoffSchedule: [1, -2] }), TypeError, "interval at index 1 is invalid");
  await rejects(kv.enqueue("x".repeat(70_000)), TypeError, "enqueue payload too large (max 65536 bytes): 70006 bytes");
  await rejects(kv.listenQueue(() => {}), TypeError, "listenQueue must be called while the module is evaluated");
});

test("Deno.KvU64 is as in Deno", () => {
  const five = new Deno.KvU64(5n);
  equal(five.value, 5n);
  equal(String(five), "5");
  equal(five + 1n, 6n);
  ok(Object.isFrozen(five));
  equal(Object.prototype.toString.call(five), "[object Deno.KvU64]");
  throws(() => new Deno.KvU64(-1n), RangeError, "Value must be a positive bigint: received -1");
  throws(() => new Deno.KvU64(2n ** 64n), RangeError, "Value must fit in a 64-bit unsigned integer");
  throws(() => new Deno.KvU64("1"), TypeError, "Value must be a bigint: received string");
  throws(() => new Deno.Kv(), TypeError, "use Deno.openKv instead");
});

test("watches keys: what they hold, then what changes", async () => {
  const kv = await Deno.openKv();
  const [a, b] = [own(), own()];
  await kv.set(a, 1);
  const reader = kv.watch([a, b]).getReader();
  const first = (await reader.read()).value;
  same(first.map(({ value }) => value), [1, null]);
  same(first[1].key, b);
  await kv.set(b, "two");
  same((await reader.read()).value.map(({ value }) => value), [1, "two"]);
  await kv.atomic().set(a, 2).delete(b).commit();
  let last = (await reader.read()).value;
  while (last[1].value !== null) last = (await reader.read()).value;
  same(last.map(({ value }) => value), [2, null]);
  await reader.cancel();
  same(await kv.watch([]).getReader().read(), { value: undefined, done: true });
  throws(() => kv.watch(Array.from({ length: 11 }, (_, i) => ["a", i])), TypeError, "Too many keys (max 10): 11");
});

test("a watch tells the last state when it is read late", async () => {
  const kv = await Deno.openKv();
  const key = own();
  const reader = kv.watch([key]).getReader();
  await reader.read();
  for (let i = 0; i < 20; i++) await kv.set(key, i);
  let value;
  while (value !== 19) value = (await reader.read()).value[0].value;
  await reader.cancel();
});

test("closing ends watches and refuses everything after", async () => {
  const kv = await Deno.openKv();
  const reader = kv.watch([own()]).getReader();
  await reader.read();
  const pending = reader.read();
  kv.close();
  same(await pending, { value: undefined, done: true });
  const closed = async (run) => rejects((async () => run())(), "BadResource", "Bad resource ID");
  await closed(() => kv.get(["a"]));
  await closed(() => kv.set(["a"], 1));
  await closed(() => kv.atomic().set(["a"], 1).commit());
  await closed(() => all(kv.list({ prefix: [] })));
  await closed(() => kv.watch([["a"]]));
  await closed(() => kv.close());
  kv[Symbol.dispose]();
  const other = await Deno.openKv();
  other[Symbol.dispose]();
  await closed(() => other.get(["a"]));
});

test("at most 32 watches are open", async () => {
  const kv = await Deno.openKv();
  const readers = [];
  for (let i = 0; i < 32; i++) {
    readers.push(kv.watch([["w", i]]).getReader());
    await readers[i].read();
  }
  await rejects(kv.watch([["one more"]]).getReader().read(), TypeError, "at most 32 are allowed");
  await readers[0].cancel();
  equal((await kv.watch([["one more"]]).getReader().read()).value[0].value, null);
});

test("opens other databases by name, and no addresses or paths", async () => {
  const kv = await Deno.openKv();
  const other = await Deno.openKv("another_one");
  const key = own();
  await other.set(key, 1);
  equal((await kv.get(key)).value, null);
  equal((await other.get(key)).value, 1);
  for (const name of [":memory:", "./file", "/etc/passwd", "https://example.com/", "..\\x"]) {
    await rejects(Deno.openKv(name), "NotSupported", "leave it out for the app's own database");
  }
  for (const name of ["A", "a.b", "-a", "ä", "x".repeat(65), "t.other.db"]) await rejects(Deno.openKv(name), TypeError, "Database name");
  await rejects(Deno.openKv(""), TypeError);
  await rejects(Deno.openKv(5), TypeError);
});

test("many operations at once wait for room on the host", async () => {
  const kv = await Deno.openKv();
  const prefix = own();
  await Promise.all(Array.from({ length: 420 }, (_, i) => kv.set([...prefix, i], new Uint8Array(40_000))));
  const found = await Promise.all(Array.from({ length: 420 }, (_, i) => kv.get([...prefix, i])));
  ok(found.every(({ value }) => value.length === 40_000));
  const lists = await Promise.all(Array.from({ length: 6 }, () => all(kv.list({ prefix }, { limit: 50 }))));
  ok(lists.every((list) => list.length === 50));
});
