import { equal, ok, rejects, same, test, throws } from "./testing.js";

const URL_A = "https://a.example/page?x=1";
const answer = (text, headers) => new Response(text, { headers });
const textOf = async (response) => (response === undefined ? undefined : await response.text());

test("finds what was put", async () => {
  const cache = await caches.open("pages");
  equal(await cache.match(URL_A), undefined);
  equal(await cache.put(URL_A, new Response("täxt", { status: 203, statusText: "Fine", headers: { "x-a": "b", vary: "" } })), undefined);
  const found = await cache.match(new Request(URL_A + "#part"));
  equal(found.status, 203);
  equal(found.statusText, "Fine");
  equal(found.headers.get("x-a"), "b");
  equal(found.headers.get("content-type"), "text/plain;charset=UTF-8");
  equal(found.url, URL_A);
  equal(await found.text(), "täxt");
  throws(() => found.headers.set("x-a", "c"), TypeError);
  equal(await textOf(await cache.match(URL_A)), "täxt");
  equal(await cache.match("https://a.example/page?x=2"), undefined);
});

test("keeps bytes, streams and nothing", async () => {
  const cache = caches.default;
  const bytes = new Uint8Array(300_000).map((_, i) => i);
  await cache.put("https://a.example/bytes", new Response(bytes));
  same([...(await (await cache.match("https://a.example/bytes")).bytes()).slice(250, 260)], [...bytes.slice(250, 260)]);
  await cache.put("https://a.example/stream", new Response(ReadableStream.from([bytes.slice(0, 2), bytes.slice(2, 4)])));
  same([...(await (await cache.match("https://a.example/stream")).bytes())], [0, 1, 2, 3]);
  await cache.put("https://a.example/empty", new Response(null, { status: 204 }));
  const empty = await cache.match("https://a.example/empty");
  equal(empty.status, 204);
  equal(empty.body, null);
});

test("reads the response that is put, and leaves its clone", async () => {
  const response = new Response("body");
  const clone = response.clone();
  await caches.default.put(URL_A, response);
  ok(response.bodyUsed);
  equal(await clone.text(), "body");
  await rejects(caches.default.put(URL_A, response), TypeError, "read already");
});

test("keeps caches apart by their names", async () => {
  await (await caches.open("a")).put(URL_A, answer("in a"));
  await caches.default.put(URL_A, answer("in the default one"));
  equal(await textOf(await (await caches.open("a")).match(URL_A)), "in a");
  equal(await textOf(await caches.default.match(URL_A)), "in the default one");
  equal(await (await caches.open("-")).match(URL_A), undefined);
  equal(await caches.has("a"), true);
  equal(await caches.has("b"), false);
  equal(await caches.delete("a"), true);
  equal(await caches.delete("a"), false);
  equal(await caches.has("a"), false);
  equal(await textOf(await caches.default.match(URL_A)), "in the default one");
  equal(caches.default, caches.default);
});

test("deletes", async () => {
  await caches.default.put(URL_A, answer("x"));
  equal(await caches.default.delete(new Request(URL_A, { method: "POST" })), false);
  equal(await caches.default.delete(URL_A), true);
  equal(await caches.default.delete(URL_A), false);
  equal(await caches.default.match(URL_A), undefined);
});

test("answers GET alone unless it is told otherwise", async () => {
  const post = new Request(URL_A, { method: "POST", body: "x" });
  await caches.default.put(URL_A, answer("x"));
  equal(await caches.default.match(post), undefined);
  equal(await textOf(await caches.default.match(post, { ignoreMethod: true })), "x");
  await rejects(caches.default.put(post, answer("x")), TypeError, "POST");
});

test("tells variants apart", async () => {
  const french = new Request(URL_A, { headers: { "accept-language": "fr" } });
  await caches.default.put(french, answer("bonjour", { vary: "Accept-Language" }));
  equal(await textOf(await caches.default.match(french)), "bonjour");
  equal(await caches.default.match(URL_A), undefined);
  equal(await caches.default.match(new Request(URL_A, { headers: { "accept-language": "de" } })), undefined);
});

test("keeps a response for as long as its headers say", async () => {
  const past = new Date(Date.now() - 10_000).toUTCString();
  const future = new Date(Date.now() + 100_000).toUTCString();
  const kept = async (headers) => {
    await caches.default.put(URL_A, answer("x", headers));
    return (await caches.default.match(URL_A)) !== undefined;
  };
  ok(await kept({}));
  ok(await kept({ "cache-control": "public, max-age=60" }));
  ok(await kept({ "cache-control": "max-age=0, s-maxage=60" }));
  ok(await kept({ "cache-control": "max-age=60", expires: past }));
  ok(await kept({ expires: future }));
  ok(await kept({ "cache-control": "private" }));
  ok(!(await kept({ "cache-control": "max-age=0" })));
  ok(!(await kept({ "cache-control": "max-age=60", age: "60" })));
  ok(!(await kept({ "cache-control": "s-maxage=0, max-age=60" })));
  ok(!(await kept({ "cache-control": "No-Store" })));
  ok(!(await kept({ "cache-control": "public, no-cache" })));
  ok(!(await kept({ expires: past })));
  ok(!(await kept({ expires: "0" })));
});

test("refuses what can not be kept, and says why", async () => {
  const cache = caches.default;
  await rejects(cache.put(URL_A, new Response("x", { status: 206 })), TypeError, "206");
  await rejects(cache.put(URL_A, answer("x", { vary: "a, *" })), TypeError, "vary");
  await rejects(cache.put(URL_A, answer("x", { "set-cookie": "a=b" })), TypeError, "set-cookie");
  await rejects(cache.put(URL_A, "text"), TypeError, "Response");
  await rejects(cache.put("ftp://a.example/", answer("x")), TypeError, "ftp");
  await rejects(cache.put("/relative", answer("x")), TypeError);
  await rejects(cache.match(URL_A, { ignoreSearch: true }), TypeError, "ignoreSearch");
  await rejects(cache.put(URL_A, new Response(new Uint8Array(8 * 1024 * 1024))), TypeError, "8388608");
  equal(await cache.match(URL_A), undefined);
});

test("has the looks of the standard", async () => {
  equal(Object.prototype.toString.call(caches), "[object CacheStorage]");
  equal(Object.prototype.toString.call(caches.default), "[object Cache]");
  ok(caches instanceof CacheStorage && caches.default instanceof Cache);
  throws(() => new Cache(), TypeError);
  throws(() => new CacheStorage(), TypeError);
  await rejects(Cache.prototype.match.call({}, URL_A), TypeError, "not a Cache");
  await rejects(CacheStorage.prototype.open.call({}, "a"), TypeError, "not the CacheStorage");
});
