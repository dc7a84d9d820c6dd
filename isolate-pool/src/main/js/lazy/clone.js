/** structuredClone: https://html.spec.whatwg.org/#structured-cloning, without what cannot be in an isolate. */

import {
  NOT_CLONED,
  bufferLength,
  copyBuffer,
  dateValue,
  has,
  kindOf,
  mapEach,
  mapSize,
  regExpFlags,
  regExpSource,
  setEach,
  setSize,
  transferBuffer,
  viewTag,
  wrapped,
} from "../parts/kinds.js";

const ERRORS = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

export default function clone(core) {
  const { DOMException } = core.use("exception");

  function refuse(what) {
    throw new DOMException(`structuredClone: ${what} cannot be cloned`, "DataCloneError");
  }

  function structuredClone(value, options = undefined) {
    if (arguments.length === 0) throw new TypeError("structuredClone: 1 argument is needed, 0 given");
    const memory = new Map();
    const transfer = options?.transfer === undefined ? [] : [...options.transfer];
    for (const object of transfer) {
      if (typeof object !== "object" || object === null || !has(bufferLength, object)) refuse("an object of the transfer list");
      if (memory.has(object)) refuse("an object that is in the transfer list twice");
      if (object.detached) refuse("a detached ArrayBuffer");
      memory.set(object, undefined);
    }
    for (const object of transfer) memory.set(object, null);
    const pending = [];
    const moved = new Map();
    const result = copy(value, memory, pending, moved);
    while (pending.length > 0) pending.pop()();
    for (const object of transfer) if (!moved.has(object)) transferBuffer(object);
    return result;
  }

  function copyView(value, memory, pending, moved) {
    const tag = viewTag(value);
    const type = tag === undefined ? DataView : globalThis[tag];
    const { byteOffset } = value;
    const length = tag === undefined ? value.byteLength : value.length;
    return new type(copy(value.buffer, memory, pending, moved), byteOffset, length);
  }

  function copyError(value) {
    const name = `${value.name}`;
    const type = ERRORS[name] ?? Error;
    const error = new type();
    const message = Object.getOwnPropertyDescriptor(value, "message");
    const define = (key, text) =>
      Object.defineProperty(error, key, { value: text, writable: true, enumerable: false, configurable: true });
    if (message !== undefined && "value" in message) define("message", `${message.value}`);
    define("stack", `${value.stack}`);
    return error;
  }

  function keepEntries(from, to, memory, pending, moved) {
    for (const key of Object.keys(from)) {
      if (!Object.hasOwn(from, key)) continue;
      const cloned = copy(from[key], memory, pending, moved);
      Object.defineProperty(to, key, { value: cloned, writable: true, enumerable: true, configurable: true });
    }
  }

  function remember(memory, value, made) {
    memory.set(value, made);
    return made;
  }

  function copy(value, memory, pending, moved) {
    if (typeof value === "symbol") return refuse(String(value));
    if (typeof value === "function") return refuse(`the function ${value.name || "without a name"}`);
    if (typeof value !== "object" || value === null) return value;
    const known = memory.get(value);
    if (known !== undefined && known !== null) return known;
    const later = (work) => pending.push(work);

    const kind = kindOf(value);
    if (kind === "ArrayBuffer" && has(bufferLength, value)) {
      if (value.detached) return refuse("a detached ArrayBuffer");
      if (known === null) {
        const buffer = transferBuffer(value);
        moved.set(value, buffer);
        return remember(memory, value, buffer);
      }
      if (value.resizable) {
        const buffer = new ArrayBuffer(value.byteLength, { maxByteLength: value.maxByteLength });
        new Uint8Array(buffer).set(new Uint8Array(value));
        return remember(memory, value, buffer);
      }
      return remember(memory, value, copyBuffer(value, 0));
    }
    if (ArrayBuffer.isView(value)) return remember(memory, value, copyView(value, memory, pending, moved));
    if (kind === "Date" && has(dateValue, value)) return remember(memory, value, new Date(dateValue(value)));
    if (kind === "Map" && has(mapSize, value)) {
      const made = remember(memory, value, new Map());
      const entries = [];
      mapEach(value, (each, key) => entries.push(key, each));
      later(() => {
        for (let i = 0; i < entries.length; i += 2) {
          made.set(copy(entries[i], memory, pending, moved), copy(entries[i + 1], memory, pending, moved));
        }
      });
      return made;
    }
    if (kind === "Set" && has(setSize, value)) {
      const made = remember(memory, value, new Set());
      const entries = [];
      setEach(value, (each) => entries.push(each));
      later(() => {
        for (const each of entries) made.add(copy(each, memory, pending, moved));
      });
      return made;
    }
    if (kind === "RegExp" && has(regExpSource, value)) {
      return remember(memory, value, new RegExp(regExpSource(value), regExpFlags(value)));
    }
    if (Array.isArray(value)) {
      const made = remember(memory, value, new Array(value.length));
      later(() => keepEntries(value, made, memory, pending, moved));
      return made;
    }
    if (value instanceof DOMException) return remember(memory, value, new DOMException(value.message, value.name));
    if (value instanceof Error) {
      const made = remember(memory, value, copyError(value));
      if (Object.hasOwn(value, "cause")) {
        const cause = copy(value.cause, memory, pending, moved);
        Object.defineProperty(made, "cause", { value: cause, writable: true, enumerable: false, configurable: true });
      }
      return made;
    }
    if (wrapped[kind] !== undefined && has(wrapped[kind], value)) {
      return remember(memory, value, Object(wrapped[kind](value)));
    }
    const platform = platformObject(value, kind);
    if (platform !== undefined) return remember(memory, value, platform);
    const made = remember(memory, value, {});
    later(() => keepEntries(value, made, memory, pending, moved));
    return made;
  }

  function platformObject(value, kind) {
    const blobs = core.loaded("blob");
    if (blobs?.isFile(value)) return new blobs.File([value], value.name, { type: value.type, lastModified: value.lastModified });
    if (blobs?.isBlob(value)) return value.slice(0, value.size, value.type);
    if (NOT_CLONED.test(kind)) return refuse(`a ${kind}`);
    return undefined;
  }

  return { __proto__: null, structuredClone };
}
