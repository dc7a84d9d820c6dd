// One list of values for a function and for Deno: the one writes them, the other checks that they are the same, both ways.
// Deno runs this file with KV_URL and a word, `write` or `check`; the function imports it.
export function values() {
  const cycle = { name: "cycle" };
  cycle.self = cycle;
  const shared = { shared: true };
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  const sparse = [1, , 3];
  sparse.extra = "x";
  return {
    undefined: undefined, null: null, true: true, zero: 0, minusZero: -0, half: 1.5, nan: NaN, infinity: -Infinity, large: 2 ** 53, int: -(2 ** 31),
    empty: "", latin: "é".repeat(300), wide: "€😀\ud800", long: "x".repeat(60_000), big: 2n ** 64n, bigger: -(3n ** 2000n), zeroBig: 0n,
    date: new Date(1234567890123), noDate: new Date(NaN), regExp: /a+\/(?<n>b)/giu, boxed: [Object(1), Object("s"), Object(true), Object(5n)],
    map: new Map([[shared, new Set([1, "2", 3n])], ["again", shared]]), array: [1, [2.5, [null, undefined]]], sparse, cycle, proto: JSON.parse('{"__proto__":1}'),
    object: { 1: "one", a: { b: ["c"] }, "€": 1 }, bytes: new Uint8Array([0, 255]), buffer, view: new Uint16Array(buffer, 2, 2), dataView: new DataView(buffer, 1, 3),
    floats: new Float64Array([1.5, -0]), bigs: new BigUint64Array([2n ** 64n - 1n]), grows: new ArrayBuffer(2, { maxByteLength: 8 }),
    error: new RangeError("out of range", { cause: new TypeError("inner") }),
  };
}

/** A text that is the same for values that are the same. */
export function show(value, seen = new Map()) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return `"${[...value].map((c) => c.codePointAt(0).toString(16)).join(" ")}"`;
  if (typeof value !== "object" || value === null) return String(value);
  if (seen.has(value)) return `#${seen.get(value)}`;
  seen.set(value, seen.size);
  const parts = [Object.prototype.toString.call(value)];
  if (value instanceof Date) parts.push(String(value.getTime()));
  else if (value instanceof RegExp) parts.push(String(value));
  else if (value instanceof Map) for (const [key, each] of value) parts.push(`${show(key, seen)} => ${show(each, seen)}`);
  else if (value instanceof Set) for (const each of value) parts.push(show(each, seen));
  else if (value instanceof ArrayBuffer) parts.push(`${value.maxByteLength} ${new Uint8Array(value).join()}`);
  else if (ArrayBuffer.isView(value)) parts.push(`${value.byteOffset} ${value.byteLength} ${show(value.buffer, seen)}`);
  else if (value instanceof Error) parts.push(value.name, value.message, typeof value.stack, show(value.cause, seen));
  else {
    if (Object(value.valueOf()) === value ? false : typeof value.valueOf() !== "object") parts.push(`of ${show(value.valueOf(), seen)}`);
    if (Array.isArray(value)) parts.push(`length ${value.length}`);
    for (const key of Object.keys(value)) parts.push(`${key}: ${show(value[key], seen)}`);
  }
  return `(${parts.join(", ")})`;
}

export async function write(kv, prefix) {
  for (const [name, value] of Object.entries(values())) await kv.set([prefix, name], value);
  await kv.set([prefix, "u64"], new Deno.KvU64(2n ** 64n - 1n));
}

/** What differs from the list; empty when nothing does. */
export async function check(kv, prefix) {
  const wrong = [];
  for (const [name, value] of Object.entries(values())) {
    const found = (await kv.get([prefix, name])).value;
    if (show(found) !== show(value)) wrong.push(`${name}: ${show(found)} is not ${show(value)}`.slice(0, 500));
  }
  const { value } = await kv.get([prefix, "u64"]);
  if (!(value instanceof Deno.KvU64) || value.value !== 2n ** 64n - 1n) wrong.push("u64");
  return wrong;
}

if (globalThis.Deno?.env.get("KV_URL")) {
  const kv = await Deno.openKv(Deno.env.get("KV_URL"));
  if (Deno.args[0] === "write") await write(kv, "deno");
  const wrong = Deno.args[0] === "check" ? await check(kv, "function") : [];
  console.log(wrong.length === 0 ? `${Deno.args[0]}: hold` : `FAILED ${wrong.join("\n")}`);
  Deno.exit(0);
}
