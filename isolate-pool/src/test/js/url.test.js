import { equal, ok, same, test, throws } from "./testing.js";

test("takes an address apart", () => {
  const url = new URL("https://user:pa%20ss@example.com:8443/a/b?c=d&e#f");
  same(
    [url.protocol, url.username, url.password, url.host, url.hostname, url.port, url.pathname, url.search, url.hash, url.origin],
    ["https:", "user", "pa%20ss", "example.com:8443", "example.com", "8443", "/a/b", "?c=d&e", "#f", "https://example.com:8443"],
  );
  equal(String(url), url.href);
  equal(JSON.stringify({ url }), '{"url":"https://user:pa%20ss@example.com:8443/a/b?c=d&e#f"}');
});

test("parses usual and unusual forms alike", () => {
  const forms = {
    "http://example.com": "http://example.com/",
    "HTTP://EXAMPLE.com:80/%7Efoo/../a/./b": "http://example.com/a/b",
    "https://example.com:443/": "https://example.com/",
    "http://example.com/a%2e%2E/b": "http://example.com/a%2e%2E/b",
    "http://example.com/x/%2e%2E/b": "http://example.com/b",
    "http://example.com/.": "http://example.com/",
    "http://0x7f.1/": "http://127.0.0.1/",
    "http://127.1:8080/": "http://127.0.0.1:8080/",
    "http://[::1]:80/": "http://[::1]/",
    "http://example.com?q='x'": "http://example.com/?q=%27x%27",
    "http://example.com/ä ö": "http://example.com/%C3%A4%20%C3%B6",
    "http://münchen.de/ß": "http://xn--mnchen-3ya.de/%C3%9F",
    "http://xn--mnchen-3ya.de/": "http://xn--mnchen-3ya.de/",
    "http://a.b/?": "http://a.b/?",
    "http://a.b/#": "http://a.b/#",
    "file:///C|/x": "file:///C:/x",
    "mailto:a@b.c": "mailto:a@b.c",
    "data:text/plain,hi there": "data:text/plain,hi there",
    "  http://a.b/  ": "http://a.b/",
    "http:\\\\a.b\\c": "http://a.b/c",
  };
  for (const [input, href] of Object.entries(forms)) equal(new URL(input).href, href, input);
});

test("resolves against a base", () => {
  equal(new URL("../c?x", "http://a.b/d/e/f").href, "http://a.b/d/c?x");
  equal(new URL("//h/p", "https://a.b/").href, "https://h/p");
  equal(new URL("#x", new URL("http://a.b/c")).href, "http://a.b/c#x");
  equal(new URL("http://x.y/", "http://a.b/").href, "http://x.y/");
});

test("refuses what is no address", () => {
  for (const input of ["", "/a", "http://", "http://a b/", "http://a.b:99999/", "http://[::1", "http://1.2.3.256/"]) {
    throws(() => new URL(input), TypeError, "Invalid URL");
    equal(URL.canParse(input), false);
    equal(URL.parse(input), null);
  }
  equal(URL.canParse("a", "http://b.c/"), true);
  equal(URL.parse("a", "http://b.c/").href, "http://b.c/a");
  throws(() => new URL(), TypeError);
});

test("changes by its setters", () => {
  const url = new URL("http://example.com/a?b#c");
  url.protocol = "https";
  url.host = "other.org:444";
  url.pathname = "x y";
  url.search = "q=1 2";
  url.hash = "";
  url.username = "me@";
  equal(url.href, "https://me%40@other.org:444/x%20y?q=1%202");
  url.port = "";
  url.hostname = "bad host";
  equal(url.hostname, "other.org");
  url.href = "http://new.example/?z=1";
  equal(url.searchParams.get("z"), "1");
  throws(() => (url.href = "nothing"), TypeError);
});

test("keeps its searchParams in step", () => {
  const url = new URL("http://a.b/?x=1&y=2");
  const { searchParams } = url;
  searchParams.append("z", "ä&=");
  equal(url.search, "?x=1&y=2&z=%C3%A4%26%3D");
  url.search = "?k=v";
  same([...searchParams], [["k", "v"]]);
  searchParams.delete("k");
  equal(url.href, "http://a.b/");
  equal(url.searchParams, searchParams);
});

test("reads and writes search parameters", () => {
  const params = new URLSearchParams("?a=1&b=2&a=3&c=%zz&d=%ff&e=x+y%2B");
  same(params.getAll("a"), ["1", "3"]);
  equal(params.get("c"), "%zz");
  equal(params.get("d"), "\ufffd");
  equal(params.get("e"), "x y+");
  equal(params.size, 6);
  params.set("a", "9");
  equal(params.toString(), "a=9&b=2&c=%25zz&d=%EF%BF%BD&e=x+y%2B");
  params.delete("b", "other");
  ok(params.has("b") && params.has("b", "2") && !params.has("b", "1"));
  equal(String(new URLSearchParams({ a: "1", b: "~!'()*-._" })), "a=1&b=%7E%21%27%28%29*-._");
  equal(String(new URLSearchParams([["x", "1"], ["x", "2"]])), "x=1&x=2");
  throws(() => new URLSearchParams([["x"]]), TypeError);
  const sorted = new URLSearchParams("z=1&a=2&z=0&a=1");
  sorted.sort();
  equal(String(sorted), "a=2&a=1&z=1&z=0");
  same([...new URLSearchParams("a=b&c").entries()], [["a", "b"], ["c", ""]]);
  equal(String(new URLSearchParams("\ud800")), "%EF%BF%BD=");
});

test("looks like a Web IDL interface", () => {
  equal(Object.prototype.toString.call(new URL("http://a.b/")), "[object URL]");
  ok(Object.getOwnPropertyDescriptor(URL.prototype, "href").enumerable);
  equal(URLSearchParams.prototype[Symbol.iterator], URLSearchParams.prototype.entries);
  equal(String(new URLSearchParams().keys()), "[object URLSearchParams Iterator]");
});
