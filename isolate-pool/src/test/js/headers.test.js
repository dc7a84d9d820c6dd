import { equal, ok, same, test, throws } from "./testing.js";

test("takes pairs, records and other Headers", () => {
  same([...new Headers([["A", "1"], ["b", "2"]])], [["a", "1"], ["b", "2"]]);
  same([...new Headers({ B: "2", a: 1 })], [["a", "1"], ["b", "2"]]);
  same([...new Headers(new Headers({ x: "y" }))], [["x", "y"]]);
  same([...new Headers(new Map([["k", "v"]]))], [["k", "v"]]);
  throws(() => new Headers([["a"]]), TypeError, "pair");
  throws(() => new Headers(null), TypeError);
  throws(() => new Headers(1), TypeError);
});

test("combines values and keeps cookies apart", () => {
  const headers = new Headers();
  headers.append("X", "1");
  headers.append("x", "2");
  headers.append("Set-Cookie", "a=1");
  headers.append("set-cookie", "b=2");
  equal(headers.get("x"), "1, 2");
  same(headers.getSetCookie(), ["a=1", "b=2"]);
  same([...headers], [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x", "1, 2"]]);
  headers.set("X", "3");
  same([...headers.values()], ["a=1", "b=2", "3"]);
  headers.delete("set-cookie");
  same([...headers.keys()], ["x"]);
});

test("refuses what cannot be sent", () => {
  const headers = new Headers();
  throws(() => headers.append("a b", "x"), TypeError, "name");
  throws(() => headers.append("", "x"), TypeError, "name");
  throws(() => headers.append("a", "x\ny"), TypeError, "value");
  throws(() => headers.append("a", "x\0"), TypeError, "value");
  throws(() => headers.append("a", "\u0100"), TypeError, "value");
  throws(() => headers.append("a"), TypeError, "2 arguments");
  headers.set("a", " \t b c \n");
  equal(headers.get("A"), "b c");
  equal(headers.get("missing"), null);
  ok(!headers.has("missing"));
});

test("iterates live and sorted", () => {
  const headers = new Headers({ b: "1", a: "2", d: "3" });
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    if (name === "b") headers.append("c", "4");
  }
  same(seen, ["a", "b", "c", "d"]);
  const all = [];
  headers.forEach(function (value, name, object) {
    all.push(name + value + (object === headers) + this.x);
  }, { x: 1 });
  same(all, ["a2true1", "b1true1", "c4true1", "d3true1"]);
});

test("looks like a Web IDL interface", () => {
  equal(String(new Headers()), "[object Headers]");
  equal(Headers.name, "Headers");
  equal(Headers.prototype[Symbol.iterator], Headers.prototype.entries);
  const get = Object.getOwnPropertyDescriptor(Headers.prototype, "get");
  ok(get.enumerable && get.writable && get.configurable);
  equal(String(new Headers().entries()), "[object Headers Iterator]");
  throws(() => Headers.prototype.get.call({}, "a"), TypeError);
  throws(() => Headers(), TypeError);
  same(Object.keys(new Headers({ a: "b" })), []);
});

test("can be extended", () => {
  class Mine extends Headers {
    get(name) {
      return `<${super.get(name)}>`;
    }
  }
  equal(new Mine({ a: "1" }).get("a"), "<1>");
});
