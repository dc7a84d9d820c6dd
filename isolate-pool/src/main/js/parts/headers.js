/** Headers: https://fetch.spec.whatwg.org/#headers-class. A list is a flat array of lower-case names and values. */
import { forEachPair, pairIterator } from "./iterable.js";

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_IN_VALUE = /[^\x01-\x09\x0b\x0c\x0e-\xff]/;
const SPACE_AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g;

const { getOwnPropertyDescriptor, ownKeys } = Reflect;

export function headers(core) {
  const state = core.slots();
  let iterate;

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Headers object");
    return own;
  }

  function cleanName(name) {
    const text = `${name}`;
    if (!NAME.test(text)) throw new TypeError(`Invalid header name: ${JSON.stringify(text)}`);
    return text.toLowerCase();
  }

  function cleanValue(value, name) {
    let text = `${value}`;
    const first = text.charCodeAt(0);
    const last = text.charCodeAt(text.length - 1);
    if (first <= 32 || last <= 32) text = text.replace(SPACE_AROUND, "");
    if (NOT_IN_VALUE.test(text)) {
      throw new TypeError(`Invalid value of the header "${name}": ${JSON.stringify(text)}`);
    }
    return text;
  }

  function has(list, name) {
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return true;
    return false;
  }

  function get(list, name) {
    let value = null;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) value = value === null ? list[i + 1] : `${value}, ${list[i + 1]}`;
    }
    return value;
  }

  function append(list, name, value) {
    const clean = cleanName(name);
    const text = cleanValue(value, clean);
    list[list.length] = clean;
    list[list.length] = text;
  }

  function remove(list, name) {
    let to = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) continue;
      list[to] = list[i];
      list[to + 1] = list[i + 1];
      to += 2;
    }
    list.length = to;
  }

  function set(list, name, value) {
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] !== name) continue;
      list[i + 1] = value;
      let to = i + 2;
      for (let j = to; j < list.length; j += 2) {
        if (list[j] === name) continue;
        list[to] = list[j];
        list[to + 1] = list[j + 1];
        to += 2;
      }
      list.length = to;
      return;
    }
    list[list.length] = name;
    list[list.length] = value;
  }

  /** Appends what a `HeadersInit` holds to the list. */
  function fill(list, init) {
    if (typeof init !== "object" && typeof init !== "function") {
      throw new TypeError("Headers: the initial value must be an object, a sequence of pairs or another Headers");
    }
    if (init === null) throw new TypeError("Headers: the initial value must not be null");
    const other = state.get(init);
    if (other !== undefined && init[Symbol.iterator] === Headers.prototype[Symbol.iterator]) {
      for (let i = 0; i < other.list.length; i++) list[list.length] = other.list[i];
      return;
    }
    const method = init[Symbol.iterator];
    if (method !== undefined && method !== null) {
      for (const pair of { [Symbol.iterator]: () => core.apply(method, init, []) }) {
        if (typeof pair !== "object" || pair === null) throw new TypeError("Headers: a header must be a pair of name and value");
        const both = [...pair];
        if (both.length !== 2) {
          throw new TypeError(`Headers: a header must be a pair of name and value, but has ${both.length} elements`);
        }
        append(list, both[0], both[1]);
      }
      return;
    }
    const keys = ownKeys(init);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (getOwnPropertyDescriptor(init, key)?.enumerable) {
        if (typeof key === "symbol") throw new TypeError("Headers: a header name must not be a symbol");
        append(list, key, init[key]);
      }
    }
  }

  /** The list as iteration shows it: sorted by name, values of a name combined, but not cookies. */
  function sorted(object) {
    const { list } = of(object);
    const names = [];
    for (let i = 0; i < list.length; i += 2) if (!names.includes(list[i])) names.push(list[i]);
    names.sort();
    const pairs = [];
    for (const name of names) {
      if (name !== "set-cookie") pairs.push(name, get(list, name));
      else for (let i = 0; i < list.length; i += 2) if (list[i] === name) pairs.push(name, list[i + 1]);
    }
    return pairs;
  }

  function iterator(object, kind) {
    of(object);
    iterate ??= pairIterator(core, "Headers", sorted);
    return iterate(object, kind);
  }

  /** The list of headers that may be changed, or an error. */
  function changeable(object) {
    const own = of(object);
    if (own.guard === "immutable") {
      throw new TypeError("These headers are immutable; make a copy with new Headers(headers), new Request or new Response");
    }
    return own.list;
  }

  function need(count, given, name) {
    if (given < count) {
      throw new TypeError(`Headers.${name}: ${count} ${count === 1 ? "argument is" : "arguments are"} needed, ${given} given`);
    }
  }

  function Headers(init = undefined) {
    if (new.target === undefined) throw new TypeError("Class constructor Headers cannot be invoked without 'new'");
    const list = [];
    state.set(this, { list, guard: "none" });
    if (init !== undefined) fill(list, init);
  }

  core.assemble(Headers, {
    append(name, value) {
      need(2, arguments.length, "append");
      append(changeable(this), name, value);
    },

    delete(name) {
      need(1, arguments.length, "delete");
      const clean = cleanName(name);
      remove(changeable(this), clean);
    },

    get(name) {
      need(1, arguments.length, "get");
      const { list } = of(this);
      return get(list, cleanName(name));
    },

    getSetCookie() {
      const { list } = of(this);
      const cookies = [];
      for (let i = 0; i < list.length; i += 2) if (list[i] === "set-cookie") cookies.push(list[i + 1]);
      return cookies;
    },

    has(name) {
      need(1, arguments.length, "has");
      const { list } = of(this);
      return has(list, cleanName(name));
    },

    set(name, value) {
      need(2, arguments.length, "set");
      const clean = cleanName(name);
      set(changeable(this), clean, cleanValue(value, clean));
    },

    entries() {
      return iterator(this, "both");
    },

    keys() {
      return iterator(this, "key");
    },

    values() {
      return iterator(this, "value");
    },

    forEach(callback, thisValue = undefined) {
      forEachPair(this, sorted, callback, thisValue);
    },
  });
  core.defineProperty(Headers.prototype, Symbol.iterator, {
    __proto__: null,
    value: Headers.prototype.entries,
    writable: true,
    enumerable: false,
    configurable: true,
  });

  /** A Headers object of a list that its owner keeps. */
  function wrap(list, guard) {
    const object = core.construct(Object, [], Headers);
    state.set(object, { list, guard });
    return object;
  }

  return { __proto__: null, Headers, wrap, fill, get, has, set, remove, of };
}
