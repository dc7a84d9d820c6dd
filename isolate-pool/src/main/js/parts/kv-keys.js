/**
 * Keys of Deno KV as bytes, whose order is that of the keys: the tuple encoding of FoundationDB. A part is a tag and its
 * content: bytes (1) and UTF-8 strings (2) end with a zero byte, and a zero byte inside is followed by 255; a bigint is
 * its magnitude with the tag 20 ± its length, or, when it is longer than 8 bytes, 29 or 11 and its length, negative ones
 * inverted; a number (33) is a double with its sign bit inverted, or all bits when it is negative; 38 is false, 39 true.
 */
import { copied, f64, raw, reserve, start, u8, whole } from "./bytes.js";

const BYTES = 1;
const STRING = 2;
const LONG_NEGATIVE = 11;
const ZERO = 20;
const LONG_POSITIVE = 29;
const DOUBLE = 33;
const FALSE = 38;
const TRUE = 39;
const LONGEST_BIGINT = 255;

const utf8 = new TextEncoder();
const WRONG_PART = "expected string, number, bigint, ArrayBufferView, boolean";

function escaped(out, tag, content) {
  u8(out, tag);
  if (content.indexOf(0) < 0) raw(out, content);
  else {
    for (const byte of content) {
      u8(out, byte);
      if (byte === 0) u8(out, 255);
    }
  }
  u8(out, 0);
}

function string(out, text) {
  const { length } = text;
  const at = reserve(out, length + 2);
  const { bytes } = out;
  bytes[at] = STRING;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0 || unit > 127) {
      out.at = at;
      escaped(out, STRING, utf8.encode(text));
      return;
    }
    bytes[at + 1 + i] = unit;
  }
  bytes[at + 1 + length] = 0;
}

function number(out, value) {
  u8(out, DOUBLE);
  const at = out.at;
  f64(out, Number.isNaN(value) ? NaN : value, false);
  const { bytes } = out;
  if (bytes[at] < 128) bytes[at] ^= 128;
  else for (let i = 0; i < 8; i++) bytes[at + i] ^= 255;
}

function bigint(out, value) {
  const isNegative = value < 0n;
  const magnitude = isNegative ? -value : value;
  if (magnitude >> BigInt(8 * LONGEST_BIGINT) !== 0n) {
    throw new TypeError(`A bigint in a key takes more than ${LONGEST_BIGINT} bytes; at most ${LONGEST_BIGINT} are allowed`);
  }
  const digits = magnitude === 0n ? "" : magnitude.toString(16);
  const length = (digits.length + 1) >>> 1;
  const mask = isNegative ? 255 : 0;
  if (length <= 8) u8(out, isNegative ? ZERO - length : ZERO + length);
  else {
    u8(out, isNegative ? LONG_NEGATIVE : LONG_POSITIVE);
    u8(out, length ^ mask);
  }
  const padded = digits.length % 2 === 1 ? `0${digits}` : digits;
  for (let i = 0; i < padded.length; i += 2) u8(out, Number.parseInt(padded.slice(i, i + 2), 16) ^ mask);
}

function part(out, value) {
  switch (typeof value) {
    case "string":
      return string(out, value);
    case "number":
      return number(out, value);
    case "boolean":
      return u8(out, value ? TRUE : FALSE);
    case "bigint":
      return bigint(out, value);
    default:
      if (!ArrayBuffer.isView(value)) throw new TypeError(WRONG_PART);
      return escaped(out, BYTES, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
}

/** The bytes of a key. */
export function encode(key) {
  if (!Array.isArray(key)) throw new TypeError(`A key must be an array, but is ${key === null ? "null" : `a ${typeof key}`}`);
  const out = start(64);
  for (let i = 0; i < key.length; i++) part(out, key[i]);
  return whole(out);
}

function unescaped(bytes, start, end) {
  const content = bytes.subarray(start, end);
  if (content.indexOf(0) < 0) return copied(content);
  const plain = new Uint8Array(content.length);
  let length = 0;
  for (let i = 0; i < content.length; i++) {
    plain[length++] = content[i];
    if (content[i] === 0) i++;
  }
  return copied(plain.subarray(0, length));
}

/** Where a part of bytes or characters ends. */
function endOf(bytes, start) {
  let at = bytes.indexOf(0, start);
  while (bytes[at + 1] === 255) at = bytes.indexOf(0, at + 2);
  return at;
}

function readNumber(bytes, at) {
  const view = new DataView(new ArrayBuffer(8));
  const mask = bytes[at] < 128 ? 255 : 0;
  for (let i = 0; i < 8; i++) view.setUint8(i, bytes[at + i] ^ mask);
  if (mask === 0) view.setUint8(0, bytes[at] ^ 128);
  return view.getFloat64(0);
}

function readBigint(bytes, at, length, mask) {
  let digits = "0x0";
  for (let i = 0; i < length; i++) digits += (bytes[at + i] ^ mask).toString(16).padStart(2, "0");
  const magnitude = BigInt(digits);
  return mask === 0 ? magnitude : -magnitude;
}

/** Reads keys that a store gave, which are always well-formed. */
export function keyReader(TextDecoder) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  function text(bytes, start, end) {
    if (end - start > 64) return decoder.decode(unescaped(bytes, start, end));
    for (let i = start; i < end; i++) {
      if (bytes[i] === 0 || bytes[i] > 127) return decoder.decode(unescaped(bytes, start, end));
    }
    return String.fromCharCode.apply(null, bytes.subarray(start, end));
  }

  return function decode(bytes) {
    const key = [];
    for (let at = 0; at < bytes.length; ) {
      const tag = bytes[at++];
      if (tag === BYTES || tag === STRING) {
        const end = endOf(bytes, at);
        key[key.length] = tag === STRING ? text(bytes, at, end) : unescaped(bytes, at, end);
        at = end + 1;
      } else if (tag === DOUBLE) {
        key[key.length] = readNumber(bytes, at);
        at += 8;
      } else if (tag === TRUE || tag === FALSE) key[key.length] = tag === TRUE;
      else {
        const mask = tag < ZERO ? 255 : 0;
        const isLong = tag === LONG_NEGATIVE || tag === LONG_POSITIVE;
        const length = isLong ? bytes[at++] ^ mask : Math.abs(tag - ZERO);
        key[key.length] = readBigint(bytes, at, length, mask);
        at += length;
      }
    }
    return key;
  };
}

function followed(bytes, last) {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = last;
  return longer;
}

/** A range of bytes that holds one key. */
export const point = (key) => ({ __proto__: null, start: key, end: followed(key, 0), limit: 1, isReverse: false });

export function compare(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function isBelow(prefix, key) {
  if (key.length <= prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (prefix[i] !== key[i]) return false;
  return true;
}

/** What a selector covers: the bytes of its first key, of the end after its last, and those that all keys share. */
export function range(prefix, start, end) {
  if (prefix === undefined) {
    const [first, last] = [encode(start), encode(end)];
    if (compare(first, last) > 0) throw new TypeError("Start key is greater than end key");
    let same = 0;
    while (same < first.length && first[same] === last[same]) same++;
    return { __proto__: null, first, afterLast: last, common: copied(first.subarray(0, same)) };
  }
  const common = encode(prefix);
  let first = followed(common, 0);
  let afterLast = followed(common, 255);
  if (start !== undefined) {
    first = encode(start);
    if (!isBelow(common, first)) throw new TypeError("Start key is not in the keyspace defined by prefix");
  }
  if (end !== undefined) {
    afterLast = encode(end);
    if (!isBelow(common, afterLast)) throw new TypeError("End key is not in the keyspace defined by prefix");
  }
  return { __proto__: null, first, afterLast, common };
}

/** The cursor behind a key: what it has more than all keys of the range, in base64url. */
export function cursorOf(covered, key, { btoa }) {
  const tail = key.subarray(covered.common.length);
  return btoa(String.fromCharCode.apply(null, tail)).replaceAll("+", "-").replaceAll("/", "_");
}

/** The part of a range that lies behind a cursor. */
export function behind(covered, cursor, isReverse, { atob }) {
  let tail;
  try {
    tail = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    throw new TypeError("invalid cursor");
  }
  const { first, afterLast, common } = covered;
  const seen = new Uint8Array(common.length + tail.length);
  seen.set(common);
  seen.set(tail, common.length);
  if (compare(seen, first) < 0 || compare(seen, afterLast) > 0) throw new TypeError("cursor out of bounds");
  return isReverse
    ? { __proto__: null, first, afterLast: seen, common }
    : { __proto__: null, first: followed(seen, 0), afterLast, common };
}
