import { call, equal, ok, rejects, same, test } from "./testing.js";

const text = async (...values) => (await fetch(...values)).text();

test("sends a request and reads the answer", async () => {
  const response = await fetch("http://up.example/echo?x=1#hash", { headers: { "X-A": "b" } });
  equal(response.status, 200);
  equal(response.statusText, "Fine");
  equal(response.url, "http://up.example/echo?x=1");
  equal(response.type, "basic");
  equal(response.headers.get("content-type"), "text/plain");
  equal(await response.text(), "GET http://up.example/echo?x=1\nx-a: b\naccept: */*\nuser-agent: Echelon\n\n");
});

test("sends bodies of every kind", async () => {
  const bodyOf = async (body) => (await text("http://up.example/echo", { method: "POST", body })).split("\n\n")[1];
  equal(await bodyOf("täxt"), "täxt");
  equal(await bodyOf(new Uint8Array([104, 105])), "hi");
  equal(await bodyOf(new URLSearchParams({ a: "b c" })), "a=b+c");
  equal(await bodyOf(new Blob(["bl", "ob"])), "blob");
  equal(await bodyOf(ReadableStream.from([new TextEncoder().encode("str"), new TextEncoder().encode("eam")])), "stream");
  equal(await bodyOf(new Response("response").body), "response");
});

test("does not let the guest set the framing", async () => {
  const answer = await text("http://up.example/echo", { headers: { "content-length": "99", "transfer-encoding": "chunked", connection: "x" } });
  ok(!/content-length|transfer-encoding|connection/.test(answer), answer);
});

test("follows redirects as the standard says", async () => {
  const response = await fetch("http://up.example/redirect/302?/echo", { method: "POST", body: "x", headers: { "content-type": "a/b" } });
  equal(response.redirected, true);
  equal(response.url, "http://up.example/echo");
  const answer = await response.text();
  ok(answer.startsWith("GET "), answer);
  ok(!answer.includes("content-type"), answer);
  ok((await text("http://up.example/redirect/307?/echo", { method: "POST", body: "kept" })).endsWith("kept"));
  ok((await text("http://up.example/redirect/303?/echo", { method: "PUT", body: "x" })).startsWith("GET "));
  ok((await text("http://up.example/redirect/302?/echo", { method: "PUT", body: "kept" })).startsWith("PUT "));
});

test("drops secrets when the origin changes", async () => {
  const headers = { authorization: "secret", cookie: "a=b", "x-kept": "1" };
  const other = await text("http://up.example/redirect/302?http://other.example/echo", { headers });
  ok(!/secret|a=b/.test(other) && other.includes("x-kept: 1"), other);
  const same = await text("http://up.example/redirect/302?/echo", { headers });
  ok(same.includes("authorization: secret"), same);
});

test("stops at redirects when told, and after twenty", async () => {
  const manual = await fetch("http://up.example/redirect/301?/echo", { redirect: "manual" });
  equal(manual.status, 301);
  equal(manual.headers.get("location"), "/echo");
  await rejects(fetch("http://up.example/redirect/301?/echo", { redirect: "error" }), TypeError, "redirect");
  await rejects(fetch("http://up.example/loop"), TypeError, "20 redirects");
  await rejects(fetch("http://up.example/redirect/302?ftp://x/"), TypeError, "ftp:");
  await rejects(fetch("http://up.example/redirect/307?/echo", { method: "POST", body: ReadableStream.from([]) }), TypeError, "stream");
});

test("streams the answer", async () => {
  const response = await fetch("http://up.example/pieces/one/two/three");
  same(response.headers.getSetCookie(), ["a=1", "b=2"]);
  const pieces = [];
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) pieces.push(piece);
  same(pieces, ["one", "two", "three"]);
  equal(response.bodyUsed, true);
});

test("can be aborted before, during and after the head", async () => {
  await rejects(fetch("http://up.example/echo", { signal: AbortSignal.abort("early") }).catch((e) => { throw new Error(e); }), Error, "early");
  const controller = new AbortController();
  const response = await fetch("http://up.example/endless", { signal: controller.signal });
  const reader = response.body.getReader();
  await reader.read();
  controller.abort();
  await rejects(reader.read().then(() => reader.read()), "AbortError");
  await rejects(fetch("http://up.example/endless", { signal: AbortSignal.timeout(5) }).then((r) => r.text()), "TimeoutError");
});

test("names what it may not reach", async () => {
  const error = await rejects(fetch("http://up.example/denied"), Deno.errors.PermissionDenied, "permissions.net");
  equal(error.name, "PermissionDenied");
  ok(error instanceof Error);
  await rejects(fetch("http://up.example/broken"), TypeError, "error sending request");
  await rejects(fetch("ftp://up.example/"), TypeError, "ftp:");
  await rejects(fetch("file:///etc/passwd"), TypeError, "file:");
  await rejects(fetch(), TypeError);
  await rejects(fetch("nonsense"), TypeError, "Invalid URL");
});

test("reads data addresses", async () => {
  const response = await fetch("data:text/html;charset=utf-8,%3Cb%3Eä");
  equal(response.headers.get("content-type"), "text/html;charset=utf-8");
  equal(await response.text(), "<b>ä");
  equal(await text("data:;base64,aGk="), "hi");
});

test("has no body where the status has none", async () => {
  const response = await fetch("http://up.example/empty");
  equal(response.status, 204);
  equal(response.body, null);
  equal((await fetch("http://up.example/echo", { method: "HEAD" })).body, null);
});

test("takes a Request, and the caller's own", async () => {
  const request = new Request("http://up.example/echo", { method: "PUT", body: "x" });
  ok((await text(request)).startsWith("PUT "));
  equal(request.bodyUsed, true);
  const proxied = await fetch(new Request("http://up.example/echo", call().request));
  ok((await proxied.text()).includes("x-test: takes a Request"));
});
