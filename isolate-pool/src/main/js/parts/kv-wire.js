/** How operations of the binding `kv` and their answers are written as bytes; HOST.md has the format. */
import { f64, latin1, raw, start, u16, u32, u8, whole } from "./bytes.js";

export const V8 = 1;
export const U64 = 2;
export const BYTES = 3;

const VERSIONSTAMP_CHARACTERS = 20;
const CUT = 0x8000;
const TYPES = { __proto__: null, set: 0, delete: 1, sum: 2, min: 3, max: 4, setVersionstamped: 5 };

function short(out, bytes) {
  u16(out, bytes.length);
  raw(out, bytes);
}

export function ranges(all) {
  const out = start(64);
  u8(out, all.length);
  for (const { start: first, end, limit, isReverse } of all) {
    short(out, first);
    short(out, end);
    u16(out, limit);
    u8(out, isReverse ? 1 : 0);
  }
  return whole(out).buffer;
}

export function keys(all) {
  const out = start(64);
  u8(out, all.length);
  for (const key of all) short(out, key);
  return whole(out).buffer;
}

/** An atomic write; `expireIn` and `delay` are in milliseconds. */
export function write({ checks, mutations, enqueues }) {
  const out = start(256);
  u16(out, checks.length);
  for (const { key, versionstamp } of checks) {
    short(out, key);
    u8(out, versionstamp === null ? 0 : 1);
    if (versionstamp !== null) latin1(out, versionstamp);
  }
  u16(out, mutations.length);
  for (const { type, key, kind, bytes, expireIn } of mutations) {
    u8(out, TYPES[type]);
    short(out, key);
    if (type === "delete") continue;
    u8(out, kind);
    u32(out, bytes.length);
    raw(out, bytes);
    f64(out, expireIn ?? -1, false);
  }
  u16(out, enqueues.length);
  for (const { bytes, delay, undelivered, backoff } of enqueues) {
    u32(out, bytes.length);
    raw(out, bytes);
    f64(out, delay, false);
    u8(out, undelivered.length);
    for (const key of undelivered) short(out, key);
    u8(out, backoff.length);
    for (const step of backoff) f64(out, step, false);
  }
  return whole(out).buffer;
}

/** What each range holds: entries of key, kind and value as bytes and a versionstamp, and whether there may be more. */
export function entries(bytes) {
  const view = new DataView(bytes.buffer);
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    const count = view.getUint16(at);
    at += 2;
    const range = { __proto__: null, entries: [], isCut: (count & CUT) !== 0 };
    for (let left = count & ~CUT; left > 0; left--) {
      const keyEnd = at + 2 + view.getUint16(at);
      const key = bytes.subarray(at + 2, keyEnd);
      const versionstamp = String.fromCharCode.apply(null, bytes.subarray(keyEnd, keyEnd + VERSIONSTAMP_CHARACTERS));
      at = keyEnd + VERSIONSTAMP_CHARACTERS;
      const kind = bytes[at];
      const end = at + 5 + view.getUint32(at + 1);
      const value = bytes.subarray(at + 5, end);
      range.entries[range.entries.length] = { __proto__: null, key, versionstamp, kind, value };
      at = end;
    }
    found[found.length] = range;
  }
  return found;
}
