// What clients of a database rely on, asked of a server through a client as it is: Deno's own `Deno.openKv`, or @deno/kv on Node.
// KV_URL and DENO_KV_ACCESS_TOKEN say which database, which must be empty. Prints a line a case; the exit code says whether all held.
import assert from "node:assert";
import process from "node:process";
import { isDeepStrictEqual } from "node:util";

const isDeno = "Deno" in globalThis;
const client = isDeno ? globalThis.Deno : await import("@deno/kv");
const open = () => client.openKv(process.env.KV_URL);
const bytes = (...values) => Uint8Array.from(values);
const cases = [];
const test = (name, run) => cases.push([name, run]);

async function all(kv, selector, options) {
  const found = [];
  for await (const entry of kv.list(selector, options)) found.push(entry);
  return found;
}
const keys = async (...args) => (await all(...args)).map((entry) => entry.key.at(-1));

test("an absent key has neither value nor versionstamp", async (kv) => {
  assert.deepStrictEqual(await kv.get(["absent"]), { key: ["absent"], value: null, versionstamp: null });
});

test("versionstamps are twenty hexadecimal digits that grow with every commit, also one that changes nothing", async (kv) => {
  const stamps = [];
  for (let i = 0; i < 3; i++) stamps.push((await kv.set(["stamp"], i)).versionstamp);
  stamps.push((await kv.atomic().commit()).versionstamp, (await kv.atomic().commit()).versionstamp);
  for (const stamp of stamps) assert.match(stamp, /^[0-9a-f]{20}$/);
  assert.deepStrictEqual(stamps, [...new Set(stamps)].sort());
  assert.strictEqual((await kv.get(["stamp"])).versionstamp, stamps[2]);
});

test("structured-clone values come back as they went", async (kv) => {
  const cyclic = { name: "cycle" };
  cyclic.self = cyclic;
  const values = [
    undefined, null, true, false, 0, -0, 1.5, NaN, -Infinity, 2 ** 31, -(2 ** 53), "", "plain", "übergröße \u{1F600}\u0000",
    0n, -1n, 2n ** 64n, -(2n ** 200n), [], [1, [2, [3]]], {}, { a: { b: [1, "x", null] }, 1: "one" },
    new Date(0), new Date(NaN), /a+b/gi, new Map([["k", new Set([1, "1", 1n])], [{ o: 1 }, undefined]]),
    bytes(), bytes(0, 1, 255), new Float64Array([1.5, -0]), new Uint16Array([1, 65535]).buffer, new DataView(bytes(1, 2, 3).buffer, 1, 1),
    cyclic, new Error("broken"), new RangeError("too far"),
  ];
  for (const [i, value] of values.entries()) {
    await kv.set(["value", i], value);
    const read = (await kv.get(["value", i])).value;
    if (value instanceof Error) {
      assert.strictEqual(read.message, value.message);
      assert.strictEqual(read.name, value.name);
    } else {
      assert.ok(isDeepStrictEqual(read, value) || Number.isNaN(read?.getTime?.()), `value ${i}`);
    }
  }
});

test("keys of every kind come back, in the order bytes, strings, bigints, numbers, booleans", async (kv) => {
  // @deno/kv packs -0 as 0.
  const ordered = [
    bytes(), bytes(0), bytes(0, 255), bytes(1), "", "\u0000", "\u0000a", "a", "a\u0000", "b", "é", "\u{1F600}",
    -(2n ** 80n), -(2n ** 64n), -256n, -1n, 0n, 1n, 255n, 256n, 2n ** 63n, 2n ** 80n,
    -Infinity, -1e300, -1, -0.5, ...(isDeno ? [-0] : []), 0, 5e-324, 0.5, 1, 1e300, Infinity, NaN, false, true,
  ];
  const shuffled = ordered.map((part, i) => [(i * 17) % ordered.length, part]).sort((a, b) => a[0] - b[0]);
  for (const [, part] of shuffled) await kv.set(["order", part], 1);
  assert.deepStrictEqual(await keys(kv, { prefix: ["order"] }), ordered);
  assert.deepStrictEqual(await keys(kv, { prefix: ["order"] }, { reverse: true }), ordered.toReversed());
});

test("lists take prefixes, starts, ends, limits, batches and cursors", async (kv) => {
  for (let i = 0; i < 25; i++) await kv.set(["list", i], i);
  // A prefix is not below itself; @deno/kv lists it all the same when it goes backwards, and never ends with batches of one.
  if (isDeno) await kv.set(["list"], "the prefix");
  const prefix = ["list"];
  assert.strictEqual((await all(kv, { prefix })).length, 25);
  assert.deepStrictEqual(await keys(kv, { prefix, start: ["list", 23] }), [23, 24]);
  assert.deepStrictEqual(await keys(kv, { prefix, end: ["list", 2] }), [0, 1]);
  assert.deepStrictEqual(await keys(kv, { start: ["list", 3], end: ["list", 6] }), [3, 4, 5]);
  assert.deepStrictEqual(await keys(kv, { start: ["list", 3], end: ["list", 6] }, { reverse: true }), [5, 4, 3]);
  assert.deepStrictEqual(await keys(kv, { prefix }, { limit: 3, batchSize: 2 }), [0, 1, 2]);
  assert.strictEqual((await all(kv, { prefix }, { batchSize: 1 })).length, 25);
  for (const reverse of [false, true]) {
    const iterator = kv.list({ prefix }, { limit: 10, reverse });
    for await (const _ of iterator);
    const rest = await keys(kv, { prefix }, { cursor: iterator.cursor, reverse });
    assert.strictEqual(rest.length, 15);
    assert.strictEqual(rest[0], reverse ? 14 : 10);
  }
});

test("getMany reads ten keys in their order", async (kv) => {
  await kv.set(["many", 1], "one");
  const wanted = [...Array(10).keys()].map((i) => ["many", i]);
  const found = await kv.getMany(wanted);
  assert.deepStrictEqual(found.map((entry) => entry.key), wanted);
  assert.deepStrictEqual(found.map((entry) => entry.value), [null, "one", ...Array(8).fill(null)]);
  await assert.rejects(async () => await kv.getMany([...wanted, ["many", 10]]));
});

test("a commit happens when its checks hold, else not at all", async (kv) => {
  const { versionstamp } = await kv.set(["check"], 1);
  const absent = { key: ["check"], versionstamp: null };
  assert.strictEqual((await kv.atomic().check(absent).set(["check"], 2).set(["beside"], 1).commit()).ok, false);
  assert.strictEqual((await kv.get(["beside"])).value, null);
  assert.ok((await kv.atomic().check({ key: ["check"], versionstamp }).delete(["check"]).commit()).ok);
  assert.ok((await kv.atomic().check(absent).set(["check"], 3).commit()).ok);
  assert.strictEqual((await kv.get(["check"])).value, 3);
});

test("of many writers that count with checks none is lost", async (kv) => {
  const increment = async () => {
    for (;;) {
      const { value, versionstamp } = await kv.get(["race"]);
      const commit = kv.atomic().check({ key: ["race"], versionstamp }).set(["race"], (value ?? 0) + 1).commit();
      if ((await commit).ok) return;
    }
  };
  await Promise.all(Array.from({ length: 12 }, increment));
  assert.strictEqual((await kv.get(["race"])).value, 12);
});

test("sums, minima and maxima of 64-bit integers are exact and wrap around", async (kv) => {
  const read = async () => (await kv.get(["u64"])).value.value;
  await kv.atomic().sum(["u64"], 2n ** 64n - 1n).commit();
  assert.strictEqual(await read(), 2n ** 64n - 1n);
  await kv.atomic().sum(["u64"], 3n).commit();
  assert.strictEqual(await read(), 2n);
  await kv.atomic().max(["u64"], 2n ** 63n).min(["u64"], 7n).sum(["u64"], 1n).commit();
  assert.strictEqual(await read(), 8n);
  await kv.set(["text"], "text");
  await assert.rejects(async () => await kv.atomic().sum(["text"], 1n).commit());
  assert.strictEqual((await kv.get(["text"])).value, "text");
});

test("mutations of one commit apply one after the other", async (kv) => {
  await kv.atomic().set(["seq"], 1).delete(["seq"]).sum(["seq"], 5n).max(["seq"], 3n).commit();
  assert.strictEqual((await kv.get(["seq"])).value.value, 5n);
});

test("values go after they expire and not before", async (kv) => {
  await kv.set(["soon"], 1, { expireIn: 1 });
  await kv.set(["later"], 1, { expireIn: 3_600_000 });
  while ((await kv.get(["soon"])).value !== null) await new Promise((done) => setTimeout(done, 50));
  assert.strictEqual((await kv.get(["later"])).value, 1);
});

test("a watch tells the present and then every last state", async (kv) => {
  await kv.set(["watched", 1], "before");
  const reader = kv.watch([["watched", 1], ["watched", 2]]).getReader();
  const until = async (wanted) => {
    for (;;) {
      const { value, done } = await reader.read();
      assert.ok(!done);
      if (wanted.every((expected, i) => value[i].value === expected)) return;
    }
  };
  await until(["before", null]);
  await kv.set(["watched", 2], "second");
  await until(["before", "second"]);
  for (let i = 0; i < 20; i++) await kv.set(["watched", 1], i);
  await until([19, "second"]);
  await kv.delete(["watched", 1]);
  await until([null, "second"]);
  await reader.cancel();
});

test("what is over a limit is refused and writes nothing", async (kv) => {
  const refused = (run) => assert.rejects(async () => await run());
  await refused(() => kv.set([bytes(...new Array(2049))], 1));
  await refused(() => kv.set(["big"], new Uint8Array(65_537)));
  await kv.set(["full"], new Uint8Array(65_536));
  await refused(() => kv.set([], 1));
  const many = (count) => {
    const atomic = kv.atomic();
    for (let i = 0; i < count; i++) atomic.set(["mutations", i], i);
    return atomic.commit();
  };
  assert.ok((await many(1_000)).ok);
  await refused(() => many(1_001));
  const checks = (count) => {
    const atomic = kv.atomic();
    for (let i = 0; i < count; i++) atomic.check({ key: ["checks", i], versionstamp: null });
    return atomic.set(["checked", count], 1).commit();
  };
  assert.ok((await checks(100)).ok);
  await refused(() => checks(101));
  assert.strictEqual((await kv.get(["checked", 101])).value, null);
  await refused(() => {
    const atomic = kv.atomic();
    for (let i = 0; i < 13; i++) atomic.set(["heavy", i], new Uint8Array(65_000));
    return atomic.commit();
  });
  assert.strictEqual((await all(kv, { prefix: ["heavy"] })).length, 0);
  await refused(() => all(kv, { prefix: ["list"] }, { batchSize: 1_001 }));
});

test("a message for a queue is taken", async (kv) => {
  const enqueue = async () => await kv.enqueue({ work: 1 }, { delay: 60_000, keysIfUndelivered: [["undelivered"]] });
  // Deno itself sends none over KV Connect.
  if (isDeno) await assert.rejects(enqueue);
  else assert.ok((await enqueue()).ok);
});

let failed = 0;
const kv = await open();
assert.deepStrictEqual(await all(kv, { prefix: [] }), [], "the database is to be empty");
for (const [name, run] of cases) {
  try {
    await run(kv);
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n${error.stack}`);
  }
}
const rest = await all(kv, { prefix: [] });
for (let i = 0; i < rest.length; i += 500) {
  const atomic = kv.atomic();
  for (const { key } of rest.slice(i, i + 500)) atomic.delete(key);
  await atomic.commit();
}
kv.close();
console.log(failed === 0 ? `all ${cases.length} hold` : `${failed} of ${cases.length} failed`);
process.exit(failed === 0 ? 0 : 1);
