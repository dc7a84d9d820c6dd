/** URLSearchParams: https://url.spec.whatwg.org/#interface-urlsearchparams. A list is a flat array of names and values. */
import { forEachPair, pairIterator } from "./iterable.js";

const TO_ESCAPE = /[!'()~]|%20/g;
const ESCAPES = { __proto__: null, "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E", "%20": "+" };
const PLAIN = /^[A-Za-z0-9*\-._]*$/;

function escape(text) {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(TO_ESCAPE, (found) => ESCAPES[found]);
}

const HEX = /^[0-9a-fA-F]{2}$/;

function decodeBytes(text) {
  const bytes = [];
  const encoded = new TextEncoder().encode(text);
  for (let i = 0; i < encoded.length; i++) {
    const hex = encoded[i] === 0x25 ? String.fromCharCode(encoded[i + 1], encoded[i + 2]) : "";
    if (HEX.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else bytes.push(encoded[i]);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
}

function unescape(text) {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBytes(spaced);
  }
}

export function parse(text) {
  const list = [];
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) list.push(unescape(part), "");
    else list.push(unescape(part.slice(0, equals)), unescape(part.slice(equals + 1)));
  }
  return list;
}

export function serialize(list) {
  let text = "";
  for (let i = 0; i < list.length; i += 2) text += `${i === 0 ? "" : "&"}${escape(list[i])}=${escape(list[i + 1])}`;
  return text;
}

export function searchParams(core) {
  const state = core.slots();
  let iterate;

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a URLSearchParams");
    return own;
  }

  const pairsOf = (object) => of(object).list;
  const text = (value) => `${value}`.toWellFormed();

  function changed(own) {
    own.changed?.(own.list);
  }

  function fill(list, init) {
    if ((typeof init !== "object" && typeof init !== "function") || init === null) {
      const given = `${init}`.toWellFormed();
      return parse(given.startsWith("?") ? given.slice(1) : given);
    }
    const method = init[Symbol.iterator];
    if (method !== undefined && method !== null) {
      for (const pair of { [Symbol.iterator]: () => core.apply(method, init, []) }) {
        if ((typeof pair !== "object" && typeof pair !== "function") || pair === null) {
          throw new TypeError("URLSearchParams: each element must be a pair of name and value");
        }
        const both = [...pair];
        if (both.length !== 2) {
          throw new TypeError(`URLSearchParams: each element must be a pair of name and value, one has ${both.length} elements`);
        }
        list.push(text(both[0]), text(both[1]));
      }
      return list;
    }
    const seen = new Map();
    for (const key of Reflect.ownKeys(init)) {
      if (!Reflect.getOwnPropertyDescriptor(init, key)?.enumerable) continue;
      if (typeof key === "symbol") throw new TypeError("URLSearchParams: a name must not be a symbol");
      seen.set(text(key), text(init[key]));
    }
    for (const [key, value] of seen) list.push(key, value);
    return list;
  }

  function need(count, given, name) {
    if (given < count) throw new TypeError(`URLSearchParams.${name}: ${count} arguments are needed, ${given} given`);
  }

  function matching(list, name, value) {
    const found = [];
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) found.push(i);
    }
    return found;
  }

  class URLSearchParams {
    constructor(init = "") {
      state.set(this, { list: fill([], init), changed: null });
    }

    get size() {
      return of(this).list.length / 2;
    }

    append(name, value) {
      need(2, arguments.length, "append");
      const own = of(this);
      own.list.push(text(name), text(value));
      changed(own);
    }

    delete(name, value = undefined) {
      need(1, arguments.length, "delete");
      const own = of(this);
      const wanted = value === undefined ? undefined : text(value);
      for (const at of matching(own.list, text(name), wanted).reverse()) own.list.splice(at, 2);
      changed(own);
    }

    get(name) {
      need(1, arguments.length, "get");
      const { list } = of(this);
      const wanted = text(name);
      for (let i = 0; i < list.length; i += 2) if (list[i] === wanted) return list[i + 1];
      return null;
    }

    getAll(name) {
      need(1, arguments.length, "getAll");
      const { list } = of(this);
      return matching(list, text(name)).map((at) => list[at + 1]);
    }

    has(name, value = undefined) {
      need(1, arguments.length, "has");
      const wanted = value === undefined ? undefined : text(value);
      return matching(of(this).list, text(name), wanted).length > 0;
    }

    set(name, value) {
      need(2, arguments.length, "set");
      const own = of(this);
      const key = text(name);
      const found = matching(own.list, key);
      if (found.length === 0) own.list.push(key, text(value));
      else {
        own.list[found[0] + 1] = text(value);
        for (const at of found.slice(1).reverse()) own.list.splice(at, 2);
      }
      changed(own);
    }

    sort() {
      const own = of(this);
      const pairs = [];
      for (let i = 0; i < own.list.length; i += 2) pairs.push([own.list[i], own.list[i + 1]]);
      pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      own.list.length = 0;
      for (const [name, value] of pairs) own.list.push(name, value);
      changed(own);
    }

    forEach(callback, thisValue = undefined) {
      of(this);
      forEachPair(this, pairsOf, callback, thisValue);
    }

    toString() {
      return serialize(of(this).list);
    }

    entries() {
      return iterator(this, "both");
    }

    keys() {
      return iterator(this, "key");
    }

    values() {
      return iterator(this, "value");
    }
  }

  function iterator(object, kind) {
    of(object);
    iterate ??= pairIterator(core, "URLSearchParams", pairsOf);
    return iterate(object, kind);
  }

  core.idl(URLSearchParams, "URLSearchParams");
  core.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    __proto__: null,
    value: URLSearchParams.prototype.entries,
    writable: true,
    enumerable: false,
    configurable: true,
  });

  /** The parameters of a URL; `change` is told of the list after each change. */
  function linked(query, change) {
    const params = core.construct(Object, [], URLSearchParams);
    state.set(params, { list: parse(query), changed: change });
    return params;
  }

  function reset(params, query) {
    const { list } = state.get(params);
    list.length = 0;
    list.push(...parse(query));
  }

  return {
    __proto__: null,
    URLSearchParams,
    linked,
    reset,
    isSearchParams: (value) => state.get(value) !== undefined,
  };
}
