/** Values of Deno KV: what JavaScript has of them, and what is stored. */
import { copied, start, u64, whole } from "./bytes.js";
import { keyReader } from "./kv-keys.js";
import * as wire from "./kv-wire.js";

export const VALUE_MAX_BYTES = 65_536;
/** Where measuring a value that is too large ends. */
const GIVEN_UP_BYTES = 1_048_576;
const U64_END = 2n ** 64n;

export function values(core) {
  const { encode, decode } = core.use("v8");
  const readKey = keyReader(core.TextDecoder);

  class KvU64 {
    constructor(value) {
      if (typeof value !== "bigint") throw new TypeError(`Value must be a bigint: received ${typeof value}`);
      if (value < 0n) throw new RangeError(`Value must be a positive bigint: received ${value}`);
      if (value >= U64_END) throw new RangeError("Value must fit in a 64-bit unsigned integer");
      this.value = value;
      Object.freeze(this);
    }

    valueOf() {
      return this.value;
    }

    toString() {
      return this.value.toString();
    }

    get [Symbol.toStringTag]() {
      return "Deno.KvU64";
    }
  }

  /** The bytes of a value that has to be in V8's format; `what` it is, for whoever is told that it is too large. */
  function serialized(value, what) {
    let bytes;
    try {
      bytes = encode(value, GIVEN_UP_BYTES);
    } catch (error) {
      if (!(error instanceof RangeError) || !error.message.startsWith("more than ")) throw error;
      throw new TypeError(`${what} too large (max ${VALUE_MAX_BYTES} bytes): ${error.message}`);
    }
    return checkedSize(bytes, what);
  }

  function checkedSize(bytes, what) {
    if (bytes.length > VALUE_MAX_BYTES) {
      throw new TypeError(`${what} too large (max ${VALUE_MAX_BYTES} bytes): ${bytes.length} bytes`);
    }
    return bytes;
  }

  function isBytes(value) {
    return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
  }

  /** A value as it is stored: its kind and bytes. */
  function stored(value) {
    if (isBytes(value)) return { __proto__: null, kind: wire.BYTES, bytes: copied(checkedSize(value, "Value")) };
    if (value instanceof KvU64) {
      const out = start(8);
      u64(out, value.value, true);
      return { __proto__: null, kind: wire.U64, bytes: whole(out) };
    }
    return { __proto__: null, kind: wire.V8, bytes: serialized(value, "Value") };
  }

  function restored(kind, bytes) {
    if (kind === wire.V8) return decode(bytes);
    if (kind === wire.BYTES) return copied(bytes);
    return new KvU64(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  }

  const entryOf = ({ key, kind, value, versionstamp }) => ({ key: readKey(key), value: restored(kind, value), versionstamp });
  const absent = (key) => ({ key, value: null, versionstamp: null });

  return { __proto__: null, KvU64, serialized, stored, entryOf, absent };
}
