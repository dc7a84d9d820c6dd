/** What kind of built-in object a value is, whatever it says of itself: for whoever copies values of every kind. */

const { toString } = Object.prototype;

/** The class of a built-in object; of others, what they say of themselves, so what is said needs a check by `has`. */
export const kindOf = (value) => Reflect.apply(toString, value, []).slice(8, -1);

/** Whether `value` has an internal slot: `probe` throws for others, whatever their prototype is. */
export function has(probe, value) {
  try {
    probe(value);
    return true;
  } catch {
    return false;
  }
}

const getter = (type, name) => {
  const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
  return (value) => Reflect.apply(get, value, []);
};

const method = (type, name) => {
  const called = type.prototype[name];
  return (value, ...rest) => Reflect.apply(called, value, rest);
};

export const mapSize = getter(Map, "size");
export const setSize = getter(Set, "size");
export const dateValue = method(Date, "getTime");
export const regExpSource = getter(RegExp, "source");
export const regExpFlags = getter(RegExp, "flags");
export const bufferLength = getter(ArrayBuffer, "byteLength");
export const viewTag = getter(Object.getPrototypeOf(Uint8Array), Symbol.toStringTag);
export const mapEach = method(Map, "forEach");
export const setEach = method(Set, "forEach");
export const transferBuffer = method(ArrayBuffer, "transfer");
export const copyBuffer = method(ArrayBuffer, "slice");

/** What an object wraps that was made of a primitive value, by its kind. */
export const wrapped = {
  __proto__: null,
  Boolean: method(Boolean, "valueOf"),
  Number: method(Number, "valueOf"),
  String: method(String, "valueOf"),
  BigInt: method(BigInt, "valueOf"),
};

/** Kinds of objects that have no copy, as structuredClone and the formats made after it see it. */
export const NOT_CLONED =
  /^(?:Symbol|Promise|Arguments|Weak\w+|(?:Async)?Generator|Headers|Request|Response|\w+Stream|Abort\w+|URL|URLSearchParams|FormData|\w*Event|EventTarget|SharedArrayBuffer|(?:WebAssembly|Intl|Temporal)\..*)$/;
