import { equal, ok, rejects, same, test, throws } from "./testing.js";

test("has the standard's defaults", async () => {
  const response = new Response();
  equal(response.status, 200);
  equal(response.statusText, "");
  equal(response.ok, true);
  equal(response.type, "default");
  equal(response.url, "");
  equal(response.redirected, false);
  equal(response.body, null);
  equal(response.bodyUsed, false);
  equal(await response.text(), "");
  equal(response.headers.get("content-type"), null);
});

test("names the type of its body", () => {
  const typeOf = (body) => new Response(body).headers.get("content-type");
  equal(typeOf("x"), "text/plain;charset=UTF-8");
  equal(typeOf(new URLSearchParams("a=b")), "application/x-www-form-urlencoded;charset=UTF-8");
  equal(typeOf(new Blob(["x"], { type: "image/PNG" })), "image/png");
  equal(typeOf(new Blob(["x"])), null);
  equal(typeOf(new Uint8Array(1)), null);
  ok(typeOf(new FormData()).startsWith("multipart/form-data; boundary="));
  equal(new Response("x", { headers: { "content-type": "a/b" } }).headers.get("content-type"), "a/b");
});

test("gives its body in every form, once", async () => {
  equal(await new Response("täxt").text(), "täxt");
  same(await new Response('{"a":[1]}').json(), { a: [1] });
  equal((await new Response("täxt").arrayBuffer()).byteLength, 5);
  same([...(await new Response("ab").bytes())], [97, 98]);
  const blob = await new Response("ab", { headers: { "content-type": "x/y" } }).blob();
  equal(blob.type, "x/y");
  equal(await blob.text(), "ab");
  const response = new Response("x");
  await response.text();
  equal(response.bodyUsed, true);
  await rejects(response.text(), TypeError, "already");
  await rejects(new Response("{").json(), SyntaxError);
});

test("copies the bytes it was given", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const response = new Response(bytes.subarray(1));
  bytes[1] = 9;
  same([...(await response.bytes())], [2, 3]);
});

test("checks status and text", () => {
  for (const status of [199, 600, 0, -1, NaN]) throws(() => new Response("", { status }), RangeError);
  throws(() => new Response("x", { status: 204 }), TypeError);
  equal(new Response(null, { status: 304 }).status, 304);
  throws(() => new Response("", { statusText: "a\nb" }), TypeError);
  throws(() => new Response("", 1), TypeError);
});

test("makes JSON, redirects and errors", async () => {
  const json = Response.json({ a: 1 }, { status: 201, headers: { x: "y" } });
  equal(json.status, 201);
  equal(json.headers.get("content-type"), "application/json");
  equal(json.headers.get("x"), "y");
  equal(await json.text(), '{"a":1}');
  throws(() => Response.json(undefined), TypeError);
  const redirect = Response.redirect("https://example.com/a b", 308);
  equal(redirect.status, 308);
  equal(redirect.headers.get("location"), "https://example.com/a%20b");
  throws(() => redirect.headers.set("a", "b"), TypeError, "immutable");
  throws(() => Response.redirect("https://example.com/", 200), RangeError);
  throws(() => Response.redirect("not an address"), TypeError);
  equal(Response.error().type, "error");
  equal(Response.error().status, 0);
});

test("clones before it is read", async () => {
  const response = new Response("abc", { headers: { a: "b" } });
  const copy = response.clone();
  equal(copy.headers.get("a"), "b");
  equal(await response.text(), "abc");
  equal(await copy.text(), "abc");
  throws(() => response.clone(), TypeError);
  const streamed = new Response(new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("xyz"));
      controller.close();
    },
  }));
  const second = streamed.clone();
  equal(await second.text(), "xyz");
  equal(await streamed.text(), "xyz");
});

test("has a body that is a byte stream", async () => {
  const response = new Response("hello");
  const { body } = response;
  ok(body instanceof ReadableStream);
  equal(response.body, body);
  const reader = body.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(3));
  equal(new TextDecoder().decode(value), "hel");
  equal(response.bodyUsed, true);
  await rejects(response.text(), TypeError);
});

test("takes streams and async iterables", async () => {
  async function* pieces() {
    yield new TextEncoder().encode("a");
    yield new TextEncoder().encode("b");
  }
  equal(await new Response(ReadableStream.from(pieces())).text(), "ab");
  equal(await new Response(pieces()).text(), "ab");
  const locked = new ReadableStream();
  locked.getReader();
  throws(() => new Response(locked), TypeError, "locked");
  await rejects(new Response(ReadableStream.from(["text"])).text(), TypeError, "Uint8Array");
});

test("looks like a Web IDL interface", () => {
  equal(String(new Response()), "[object Response]");
  same(Object.keys(new Response("x")), []);
  ok(Object.getOwnPropertyDescriptor(Response.prototype, "status").enumerable);
  ok(Object.getOwnPropertyDescriptor(Response.prototype, "text").enumerable);
  ok(Object.hasOwn(Response.prototype, "body"));
  throws(() => Response.prototype.status, TypeError);
});
