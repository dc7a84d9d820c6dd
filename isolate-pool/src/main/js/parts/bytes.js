/** Bytes that are written one after the other into a buffer that grows. */

const utf8 = new TextEncoder();
/** From this length on, the engine's own encoder is faster than a loop. */
const LONG_TEXT = 64;

const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

export function start(capacity, most = Infinity) {
  return { __proto__: null, bytes: new Uint8Array(capacity), at: 0, most };
}

/** Makes room for `count` bytes and says where they begin. */
export function reserve(out, count) {
  const { at } = out;
  const end = at + count;
  if (end > out.bytes.length) {
    if (end > out.most) throw new RangeError(`more than ${out.most} bytes`);
    const grown = new Uint8Array(Math.max(end, 2 * out.bytes.length));
    grown.set(out.bytes);
    out.bytes = grown;
  }
  out.at = end;
  return at;
}

export function u8(out, value) {
  const { at, bytes } = out;
  if (at < bytes.length) {
    bytes[at] = value;
    out.at = at + 1;
  } else {
    reserve(out, 1);
    out.bytes[at] = value;
  }
}

/** 16 bits, big-endian. */
export function u16(out, value) {
  const at = reserve(out, 2);
  out.bytes[at] = value >>> 8;
  out.bytes[at + 1] = value;
}

/** 32 bits, big-endian. */
export function u32(out, value) {
  const at = reserve(out, 4);
  out.bytes[at] = value >>> 24;
  out.bytes[at + 1] = value >>> 16;
  out.bytes[at + 2] = value >>> 8;
  out.bytes[at + 3] = value;
}

/** An IEEE double. */
export function f64(out, value, littleEndian) {
  scratch.setFloat64(0, value, littleEndian);
  raw(out, scratchBytes);
}

/** An unsigned integer of 64 bits, a bigint. */
export function u64(out, value, littleEndian) {
  scratch.setBigUint64(0, value, littleEndian);
  raw(out, scratchBytes);
}

export function raw(out, bytes) {
  const at = reserve(out, bytes.length);
  out.bytes.set(bytes, at);
}

/** The characters of a text that has none beyond 255, a byte each. */
export function latin1(out, text) {
  const { length } = text;
  const at = reserve(out, length);
  const { bytes } = out;
  if (length >= LONG_TEXT) {
    const encoded = utf8.encode(text);
    if (encoded.length === length) {
      bytes.set(encoded, at);
      return;
    }
  }
  for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
}

/** A copy of bytes, in a buffer of its own. Through the buffer: the methods of typed arrays take a hundred times as long. */
export const copied = ({ buffer, byteOffset, length }) => new Uint8Array(buffer.slice(byteOffset, byteOffset + length));

/** What was written, in a buffer of its own. */
export const whole = (out) => new Uint8Array(out.bytes.buffer.slice(0, out.at));
