import { equal, ok, same, test, throws } from "./testing.js";

test("copies values of every kind", () => {
  const original = {
    n: 1, s: "x", b: true, u: undefined, z: null, big: 10n, nan: NaN,
    date: new Date(5), re: /a+/giu, boxed: [new Number(1), new String("s"), new Boolean(false), Object(1n)],
    map: new Map([[{ k: 1 }, new Set([1, "2"])]]), holes: [1, , 3],
    bytes: new Uint8Array([1, 2, 3]).subarray(1), view: new DataView(new ArrayBuffer(4), 1, 2), file: new File(["x"], "n"),
  };
  const copy = structuredClone(original);
  ok(copy !== original && copy.map !== original.map);
  equal(copy.date.getTime(), 5);
  equal(String(copy.re), "/a+/giu");
  equal(copy.boxed[1].valueOf(), "s");
  const [[key, set]] = copy.map;
  same([key, [...set]], [{ k: 1 }, [1, "2"]]);
  ok(!(1 in copy.holes) && copy.holes.length === 3);
  same([...copy.bytes], [2, 3]);
  equal(copy.bytes.byteOffset, 1);
  equal(copy.view.byteLength, 2);
  equal(copy.file.name, "n");
  equal(copy.big, 10n);
  ok("u" in copy);
});

test("keeps cycles and shared references", () => {
  const shared = { x: 1 };
  const original = { a: shared, b: shared, map: new Map() };
  original.self = original;
  original.map.set("me", original);
  const copy = structuredClone(original);
  equal(copy.self, copy);
  equal(copy.a, copy.b);
  equal(copy.map.get("me"), copy);
  const buffer = new ArrayBuffer(4);
  const views = structuredClone([new Uint8Array(buffer), new Uint16Array(buffer)]);
  equal(views[0].buffer, views[1].buffer);
});

test("copies errors with name, message and cause", () => {
  const error = new RangeError("m", { cause: new Error("inner") });
  const copy = structuredClone(error);
  ok(copy instanceof RangeError);
  equal(copy.message, "m");
  equal(copy.cause.message, "inner");
  class Mine extends Error { name = "Mine"; }
  equal(structuredClone(new Mine("x")).constructor, Error);
  equal(structuredClone(new DOMException("a", "AbortError")).name, "AbortError");
});

test("drops prototypes, getters and symbols", () => {
  class Point { x = 1; get y() { return 2; } [Symbol("s")] = 3; }
  const copy = structuredClone(new Point());
  equal(Object.getPrototypeOf(copy), Object.prototype);
  same(Reflect.ownKeys(copy), ["x"]);
});

test("refuses what cannot be copied", () => {
  for (const value of [() => {}, Symbol("x"), { f() {} }, [Symbol()], new WeakMap(), Promise.resolve(), new Headers(), new Response()]) {
    equal(throws(() => structuredClone(value), "DataCloneError").code, 25);
  }
  throws(() => structuredClone(), TypeError);
});

test("moves what is in the transfer list", () => {
  const buffer = new ArrayBuffer(8);
  const copy = structuredClone({ bytes: new Uint8Array(buffer) }, { transfer: [buffer] });
  equal(copy.bytes.length, 8);
  ok(buffer.detached);
  throws(() => structuredClone(1, { transfer: [{}] }), "DataCloneError");
  const twice = new ArrayBuffer(1);
  throws(() => structuredClone(1, { transfer: [twice, twice] }), "DataCloneError");
  throws(() => structuredClone(buffer), "DataCloneError");
});

test("copies what is deep without a deep stack", () => {
  let deep = {};
  for (let i = 0; i < 50_000; i++) deep = { deep };
  let copy = structuredClone(deep);
  let depth = 0;
  while (copy.deep) {
    copy = copy.deep;
    depth++;
  }
  equal(depth, 50_000);
});
