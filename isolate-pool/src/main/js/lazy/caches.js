/**
 * The Cache API (https://w3c.github.io/ServiceWorker/#cache-interface), as much of it as Workers and Deno have, over the
 * binding `cache` (see HOST.md). A response is kept for as long as its own headers let a shared cache keep it.
 */
const BINDING = "cache";
const ENTRY_MAX_BYTES = 8 * 1024 * 1024;
const LENGTH_BYTES = 4;
const NEVER = -1;

export default function caches(core) {
  const { headers, bodies, requests, responses } = core.use("fetch");
  const encoder = new TextEncoder();
  const decoder = new core.TextDecoder();
  const names = core.slots();
  const making = { __proto__: null, name: undefined };

  function operation(what, name, ...values) {
    return core.start(what, BINDING, name, values);
  }

  function nameOf(cache) {
    const name = names.get(cache);
    if (name === undefined) throw new TypeError("Illegal invocation: this is not a Cache");
    return name;
  }

  function checkStorage(storage) {
    if (storage !== own) throw new TypeError("Illegal invocation: this is not the CacheStorage");
  }

  function made(name) {
    making.name = name;
    try {
      return new Cache();
    } finally {
      making.name = undefined;
    }
  }

  /** A name of the app's; that of the default cache begins differently. */
  const named = (name) => `=${name}`;

  /** The request that is asked about, whose body nobody reads; its address is the key. */
  function keyOf(what, input) {
    const request = input instanceof requests.Request ? input : new requests.Request(input);
    const at = request.url.indexOf("#");
    const url = at < 0 ? request.url : request.url.slice(0, at);
    if (!/^https?:/.test(url)) throw new TypeError(`${what}: only http: and https: have entries, not ${url}`);
    return { __proto__: null, method: request.method, url, list: headers.of(request.headers).list };
  }

  function isFound(what, { method }, options) {
    if (options?.ignoreSearch || options?.ignoreVary) {
      throw new TypeError(`${what}: ignoreSearch and ignoreVary are not supported; only ignoreMethod is`);
    }
    return method === "GET" || Boolean(options?.ignoreMethod);
  }

  /** The names that `vary` has, and what the request says of each. */
  function variant(responseList, requestList) {
    const vary = headers.get(responseList, "vary");
    if (vary === null) return [];
    const all = [];
    for (const part of vary.split(",")) {
      const name = part.trim().toLowerCase();
      if (name === "*") throw new TypeError('Cache.put: a response with "vary: *" answers no other request');
      if (name !== "") all.push(name, headers.get(requestList, name));
    }
    return all;
  }

  function isOfVariant(vary, requestList) {
    for (let i = 0; i < vary.length; i += 2) if (headers.get(requestList, vary[i]) !== vary[i + 1]) return false;
    return true;
  }

  /** How many milliseconds a response stays fresh: https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1 */
  function lifetime(list) {
    const control = headers.get(list, "cache-control") ?? "";
    if (/(?:^|,)\s*no-(?:store|cache)\s*(?:,|$)/i.test(control)) return 0;
    const seconds = /(?:^|,)\s*s-maxage\s*=\s*"?(\d+)/i.exec(control) ?? /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(control);
    if (seconds !== null) {
      const age = Number(headers.get(list, "age") ?? 0);
      return 1000 * Math.max(0, Number(seconds[1]) - (age >= 0 ? age : 0));
    }
    const expires = headers.get(list, "expires");
    if (expires === null) return NEVER;
    const date = headers.get(list, "date");
    const left = Date.parse(expires) - (date === null ? Date.now() : Date.parse(date));
    return left > 0 ? left : 0;
  }

  /** The length of what is said of the response as JSON, that, and its body. */
  function packed(head, body) {
    const text = encoder.encode(JSON.stringify(head));
    const bytes = new Uint8Array(LENGTH_BYTES + text.byteLength + body.byteLength);
    new DataView(bytes.buffer).setUint32(0, text.byteLength);
    bytes.set(text, LENGTH_BYTES);
    bytes.set(body, LENGTH_BYTES + text.byteLength);
    return bytes;
  }

  function unpacked(bytes) {
    const start = LENGTH_BYTES + new DataView(bytes.buffer).getUint32(0);
    return { head: JSON.parse(decoder.decode(bytes.subarray(LENGTH_BYTES, start))), body: bytes.subarray(start) };
  }

  class Cache {
    constructor() {
      if (making.name === undefined) throw new TypeError("Cache can not be constructed: use caches.open instead");
      names.set(this, making.name);
    }

    async match(request, options = undefined) {
      const name = nameOf(this);
      const key = keyOf("Cache.match", request);
      if (!isFound("Cache.match", key, options)) return undefined;
      const bytes = await operation(`caches.match ${key.url}`, "match", name, key.url);
      if (bytes === null) return undefined;
      const { head, body } = unpacked(bytes);
      if (!isOfVariant(head.vary, key.list)) return undefined;
      const isEmpty = responses.hasNoBody(head.status);
      const found = responses.fresh(head.status, head.statusText, head.list, isEmpty ? null : bodies.record(body, null, null));
      found.guard = "immutable";
      found.url = key.url;
      return responses.made(found);
    }

    async put(request, response) {
      const name = nameOf(this);
      const key = keyOf("Cache.put", request);
      if (key.method !== "GET") throw new TypeError(`Cache.put: only answers to GET can be kept, not to ${key.method}`);
      const given = responses.stateOf(response);
      if (given === undefined) throw new TypeError("Cache.put: the second argument must be a Response");
      const { status, statusText, list } = given;
      if (status === 206) throw new TypeError("Cache.put: the response is a part (status 206); only whole ones can be kept");
      if (headers.has(list, "set-cookie")) {
        throw new TypeError("Cache.put: the response has set-cookie, which would reach other callers; delete that header first");
      }
      const vary = variant(list, key.list);
      bodies.checkUsable(given.body);
      const lives = lifetime(list);
      const body = await bodies.bytesOf(given.body);
      const entry = packed({ status, statusText, list, vary }, body);
      if (entry.byteLength > ENTRY_MAX_BYTES) {
        throw new TypeError(`Cache.put: the response takes ${entry.byteLength} bytes; an entry may take ${ENTRY_MAX_BYTES}`);
      }
      await operation(`caches.put ${key.url}`, "put", name, key.url, core.wholeBuffer(entry), lives);
    }

    async delete(request, options = undefined) {
      const name = nameOf(this);
      const key = keyOf("Cache.delete", request);
      if (!isFound("Cache.delete", key, options)) return false;
      return await operation(`caches.delete ${key.url}`, "delete", name, key.url);
    }
  }

  class CacheStorage {
    constructor() {
      if (own !== undefined) throw new TypeError("CacheStorage can not be constructed: use caches instead");
    }

    /** A cache that needs no name, as Workers have it. */
    get default() {
      checkStorage(this);
      return (theDefault ??= made("-"));
    }

    async open(name) {
      checkStorage(this);
      const cache = named(name);
      await operation(`caches.open ${name}`, "open", cache);
      return made(cache);
    }

    async has(name) {
      checkStorage(this);
      return await operation(`caches.has ${name}`, "has", named(name));
    }

    async delete(name) {
      checkStorage(this);
      return await operation(`caches.delete ${name}`, "drop", named(name));
    }
  }

  let theDefault;
  let own;
  own = new CacheStorage();
  core.idl(Cache, "Cache");
  core.idl(CacheStorage, "CacheStorage");
  return { __proto__: null, Cache, CacheStorage, caches: own };
}
