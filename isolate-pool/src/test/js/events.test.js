import { equal, ok, same, test, throws } from "./testing.js";

test("dispatches to listeners in order, once when asked", () => {
  const target = new EventTarget();
  const seen = [];
  const listener = (event) => seen.push(event.type);
  target.addEventListener("x", listener);
  target.addEventListener("x", listener);
  target.addEventListener("x", { handleEvent: () => seen.push("object") }, { once: true });
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("x"));
  target.removeEventListener("x", listener);
  target.dispatchEvent(new Event("x"));
  same(seen, ["x", "object", "x"]);
});

test("tells whether an event was cancelled", () => {
  const target = new EventTarget();
  target.addEventListener("x", (event) => event.preventDefault());
  equal(target.dispatchEvent(new Event("x")), true);
  equal(target.dispatchEvent(new Event("x", { cancelable: true })), false);
  throws(() => target.dispatchEvent({}), TypeError);
  const event = new CustomEvent("y", { detail: { a: 1 } });
  equal(event.detail.a, 1);
  equal(new ErrorEvent("error", { message: "m" }).message, "m");
  equal(String(event), "[object CustomEvent]");
  equal(event.isTrusted, false);
  equal(Event.AT_TARGET, 2);
});

test("stops at once when asked", () => {
  const target = new EventTarget();
  let count = 0;
  target.addEventListener("x", (event) => {
    count++;
    equal(event.currentTarget, target);
    event.stopImmediatePropagation();
  });
  target.addEventListener("x", () => count++);
  target.dispatchEvent(new Event("x"));
  equal(count, 1);
});

test("lets classes extend EventTarget", () => {
  class Mine extends EventTarget {
    n = 1;
  }
  const mine = new Mine();
  let got;
  mine.addEventListener("e", (event) => (got = event.target.n));
  mine.dispatchEvent(new Event("e"));
  equal(got, 1);
});

test("aborts with a reason, once", () => {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  signal.addEventListener("abort", () => count++);
  signal.onabort = () => count++;
  controller.abort();
  controller.abort("again");
  equal(count, 2);
  equal(signal.reason.name, "AbortError");
  ok(signal.reason instanceof DOMException);
  throws(() => signal.throwIfAborted(), "AbortError");
  throws(() => new AbortSignal(), TypeError, "Illegal");
  equal(AbortSignal.abort("r").reason, "r");
});

test("combines signals", () => {
  const first = new AbortController();
  const second = new AbortController();
  const any = AbortSignal.any([first.signal, second.signal]);
  const nested = AbortSignal.any([any]);
  const order = [];
  any.onabort = () => order.push("any");
  nested.onabort = () => order.push("nested");
  first.signal.onabort = () => order.push("first");
  first.abort("x");
  same(order, ["first", "any", "nested"]);
  equal(nested.reason, "x");
  equal(AbortSignal.any([]).aborted, false);
});

test("aborts after a time", async () => {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => (signal.onabort = resolve));
  equal(signal.reason.name, "TimeoutError");
});

test("removes listeners by signal", () => {
  const controller = new AbortController();
  const target = new EventTarget();
  let count = 0;
  target.addEventListener("x", () => count++, { signal: controller.signal });
  controller.abort();
  target.dispatchEvent(new Event("x"));
  equal(count, 0);
});

test("reports listeners that throw and goes on", () => {
  const target = new EventTarget();
  const errors = [];
  addEventListener("error", (event) => {
    errors.push(event.error.message);
    event.preventDefault();
  });
  let count = 0;
  target.addEventListener("x", () => {
    throw new Error("broken listener");
  });
  target.addEventListener("x", () => count++);
  target.dispatchEvent(new Event("x"));
  equal(count, 1);
  same(errors, ["broken listener"]);
});

test("has DOMException as the standard does", () => {
  const error = new DOMException("m", "NotFoundError");
  equal(error.code, 8);
  equal(error.name, "NotFoundError");
  ok(error instanceof Error);
  equal(String(error), "NotFoundError: m");
  equal(Object.prototype.toString.call(error), "[object DOMException]");
  equal(DOMException.DATA_CLONE_ERR, 25);
  equal(new DOMException().name, "Error");
  equal(new DOMException("m", { name: "X", cause: 1 }).cause, 1);
  ok(error.stack.includes("NotFoundError: m"));
});
