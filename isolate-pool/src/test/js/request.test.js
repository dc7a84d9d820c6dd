import { call, equal, ok, rejects, same, test, throws } from "./testing.js";

test("shows the call that came in", async () => {
  const { request } = call();
  ok(request instanceof Request);
  equal(request.method, "GET");
  equal(request.url, "https://app.localhost/?a=1");
  equal(request.headers.get("x-test"), "shows the call that came in");
  equal(request.body, null);
  equal(await request.text(), "");
  equal(request.signal.aborted, false);
  throws(() => request.headers.set("a", "b"), TypeError, "immutable");
  const changed = new Request(request, { headers: { a: "b" } });
  equal(changed.headers.get("a"), "b");
  equal(changed.url, request.url);
});

test("gives the environment and the context", () => {
  const { env, ctx } = call();
  same(Object.entries(env).sort(), [["EMPTY", ""], ["GREETING", "hello"]]);
  equal(typeof ctx.waitUntil, "function");
  ctx.passThroughOnException();
});

test("has the standard's defaults", () => {
  const request = new Request("http://example.com/a/../b?c#d");
  equal(request.url, "http://example.com/b?c#d");
  equal(request.method, "GET");
  equal(request.redirect, "follow");
  equal(request.mode, "cors");
  equal(request.credentials, "same-origin");
  equal(request.cache, "default");
  equal(request.referrer, "about:client");
  equal(request.keepalive, false);
  ok(request.signal instanceof AbortSignal);
});

test("normalizes and checks what it is given", () => {
  equal(new Request("http://a.b/", { method: "post" }).method, "POST");
  equal(new Request("http://a.b/", { method: "patch" }).method, "patch");
  throws(() => new Request("http://a.b/", { method: "TRACE" }), TypeError);
  throws(() => new Request("http://a.b/", { method: "a b" }), TypeError);
  throws(() => new Request("http://user:pass@a.b/"), TypeError);
  throws(() => new Request("/relative"), TypeError);
  throws(() => new Request("http://a.b/", { body: "x" }), TypeError, "body");
  throws(() => new Request("http://a.b/", { redirect: "maybe" }), TypeError);
  throws(() => new Request("http://a.b/", { signal: {} }), TypeError);
  throws(() => new Request(), TypeError);
});

test("carries its body to a copy", async () => {
  const first = new Request("http://a.b/", { method: "POST", body: "x=1", headers: { "content-type": "a/b" } });
  const clone = first.clone();
  const second = new Request(first);
  equal(first.bodyUsed, true);
  equal(second.headers.get("content-type"), "a/b");
  equal(await second.text(), "x=1");
  equal(await clone.text(), "x=1");
  await rejects(first.text(), TypeError);
  throws(() => new Request(first), TypeError);
});

test("follows its signal", () => {
  const controller = new AbortController();
  const request = new Request("http://a.b/", { signal: controller.signal });
  const copy = request.clone();
  const derived = new Request(request);
  controller.abort("why");
  for (const each of [request, copy, derived]) {
    equal(each.signal.aborted, true);
    equal(each.signal.reason, "why");
  }
});

test("reads forms", async () => {
  const form = new FormData();
  form.set("a", "1\n2");
  form.set("f", new File(["content"], 'na"me.txt', { type: "text/x" }));
  const back = await new Request("http://a.b/", { method: "POST", body: form }).formData();
  equal(back.get("a"), "1\r\n2");
  equal(back.get("f").name, 'na"me.txt');
  equal(back.get("f").type, "text/x");
  equal(await back.get("f").text(), "content");
  const encoded = await new Request("http://a.b/", { method: "POST", body: new URLSearchParams("a=1&b=%C3%A4+x&a=2") }).formData();
  same([...encoded], [["a", "1"], ["b", "ä x"], ["a", "2"]]);
  await rejects(new Request("http://a.b/", { method: "POST", body: "x" }).formData(), TypeError, "form");
});
