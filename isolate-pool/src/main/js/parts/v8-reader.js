/**
 * Reads what V8's ValueSerializer writes, versions 13 to 16; `v8-writer.js` says what the format is. Bytes may be
 * anybody's: whatever they say, reading takes steps as many as there are bytes, and ends in a value or a RangeError.
 *
 * Objects within objects take no stack: one that has children becomes a frame; what is read goes to the frame on top.
 */

const OLDEST = 13;
const NEWEST = 16;
const VIEW_FLAGS_SINCE = 14;
const PIECE = 4096;
const LONG_TEXT = 64;
const DENO_CLASS = 0xffffffff;

const code = (character) => character.charCodeAt(0);
const ONE_BYTE = code('"');
const TWO_BYTES = code("c");
const UTF8 = code("S");
/** Followed by how many objects there are, which older versions said. */
const OBJECT_COUNT = code("?");
const HOLE = code("-");
const OBJECT_END = code("{");
const DENSE_END = code("$");
const SPARSE_END = code("@");
const MAP_END = code(":");
const SET_END = code(",");
const VIEW = code("V");
const VIEWS = {
  __proto__: null,
  b: "Int8Array",
  B: "Uint8Array",
  C: "Uint8ClampedArray",
  w: "Int16Array",
  W: "Uint16Array",
  d: "Int32Array",
  D: "Uint32Array",
  h: "Float16Array",
  f: "Float32Array",
  F: "Float64Array",
  q: "BigInt64Array",
  Q: "BigUint64Array",
  "?": "DataView",
};
const ERRORS = { __proto__: null, E: EvalError, R: RangeError, F: ReferenceError, S: SyntaxError, T: TypeError, U: URIError };
const ERROR_FIELDS = { __proto__: null, m: "message", s: "stack", c: "cause" };
const FLAGS = ["g", "i", "m", "y", "u", "s", undefined, "d", "v"];

function fail(what) {
  throw new RangeError(`could not deserialize value: ${what}`);
}

/** Sets a property like any other, also where a prototype has one of that name. */
export function define(object, key, value, enumerable = true) {
  if (enumerable && !(key in object)) object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable, configurable: true });
}

function byte(from) {
  if (from.at >= from.bytes.length) fail("it ends too early");
  return from.bytes[from.at++];
}

function varint(from) {
  let value = 0;
  for (let scale = 1, i = 0; i < 5; i++, scale *= 128) {
    const next = byte(from);
    value += (next & 127) * scale;
    if (next < 128) return value % 4294967296;
  }
  return fail("an integer is too long");
}

/** The next `length` bytes, not copied. */
function take(from, length) {
  const end = from.at + length;
  if (end > from.bytes.length) fail("it ends too early");
  const bytes = from.bytes.subarray(from.at, end);
  from.at = end;
  return bytes;
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The tag that comes next, which is left there; padding before it is passed over. */
function peek(from) {
  while (from.at < from.bytes.length && from.bytes[from.at] === 0) from.at++;
  return from.bytes[from.at];
}

function isAscii(bytes) {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 127) return false;
  return true;
}

function characters(units) {
  const { length } = units;
  if (length <= PIECE) return String.fromCharCode.apply(null, units);
  let text = "";
  for (let at = 0; at < length; at += PIECE) text += String.fromCharCode.apply(null, units.subarray(at, at + PIECE));
  return text;
}

const double = (from) => viewOf(take(from, 8)).getFloat64(0, true);

function bigint(from) {
  const bits = varint(from);
  const bytes = take(from, Math.floor(bits / 2));
  const digits = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
  new Uint8Array(digits.buffer).set(bytes);
  const magnitude = bigintDigits(digits, 0, digits.byteLength / 8);
  return bits % 2 === 1 ? -magnitude : magnitude;
}

/** In halves, since adding one digit after the other to a long number takes the square of its length. */
function bigintDigits(digits, first, count) {
  if (count === 0) return 0n;
  if (count === 1) return digits.getBigUint64(8 * first, true);
  const lower = count >>> 1;
  return (
    bigintDigits(digits, first, lower) + (bigintDigits(digits, first + lower, count - lower) << BigInt(64 * lower))
  );
}

/** What a step gives when the value is not complete: a frame was begun, which asks for more. */
const UNFINISHED = Symbol("unfinished");

/** Reads texts; the engine's own decoders are faster for long ones. */
export function textReader(TextDecoder) {
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });

  function latin1(bytes) {
    return bytes.length >= LONG_TEXT && isAscii(bytes) ? utf8.decode(bytes) : characters(bytes);
  }

  function twoBytes(bytes) {
    const count = bytes.length / 2;
    if (count >= LONG_TEXT) {
      const text = utf16.decode(bytes);
      if (!text.includes("\ufffd")) return text; // else there may be half of a surrogate pair
    }
    const units = new Uint16Array(count);
    for (let i = 0; i < count; i++) units[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    return characters(units);
  }

  return { __proto__: null, latin1, twoBytes, utf8: (bytes) => utf8.decode(bytes) };
}

/** The function that reads values. */
export function reader(DOMException, TextDecoder) {
  const texts = textReader(TextDecoder);

  function string(from) {
    const type = peek(from);
    from.at++;
    if (type === ONE_BYTE) return texts.latin1(take(from, varint(from)));
    if (type === UTF8) return texts.utf8(take(from, varint(from)));
    if (type !== TWO_BYTES) fail("a string is missing");
    const bytes = take(from, varint(from));
    if (bytes.length % 2 === 1) fail("a string ends inside a character");
    return texts.twoBytes(bytes);
  }

  function keep(from, object) {
    from.objects.push(object);
    return object;
  }

  function begin(from, frame) {
    from.frames.push(frame);
    return UNFINISHED;
  }

  /** Reads a value, or its beginning and leaves the rest to a frame. */
  function value(from) {
    while (peek(from) === OBJECT_COUNT) {
      from.at++;
      varint(from);
    }
    if (from.at >= from.bytes.length) fail("it ends too early");
    const tag = from.bytes[from.at];
    if (tag === ONE_BYTE || tag === TWO_BYTES || tag === UTF8) return string(from);
    from.at++;
    const type = String.fromCharCode(tag);
    switch (type) {
      case "_":
        return undefined;
      case "0":
        return null;
      case "T":
        return true;
      case "F":
        return false;
      case "I": {
        const bits = varint(from);
        return (bits >>> 1) ^ -(bits & 1);
      }
      case "U":
        return varint(from);
      case "N":
        return double(from);
      case "Z":
        return bigint(from);
      case "^": {
        const index = varint(from);
        if (index >= from.objects.length) fail("a reference to no object");
        return viewed(from, from.objects[index]);
      }
      default:
        return object(from, type);
    }
  }

  function object(from, type) {
    switch (type) {
      case "o":
        return properties(from, keep(from, {}), OBJECT_END, undefined);
      case "A":
        return dense(from);
      case "a":
        return sparse(from);
      case "D":
        return keep(from, new Date(double(from)));
      case "y":
        return keep(from, Object(true));
      case "x":
        return keep(from, Object(false));
      case "n":
        return keep(from, Object(double(from)));
      case "z":
        return keep(from, Object(bigint(from)));
      case "s":
        return keep(from, Object(string(from)));
      case "R":
        return keep(from, regExp(from));
      case ";":
        return begin(from, { __proto__: null, step: stepMap, made: keep(from, new Map()), key: undefined, count: 0 });
      case "'":
        return begin(from, { __proto__: null, step: stepSet, made: keep(from, new Set()), count: -1 });
      case "B": {
        const bytes = take(from, varint(from));
        return viewed(from, keep(from, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
      }
      case "~":
        return viewed(from, resizable(from));
      case "r":
        return error(from);
      case "\\":
        if (varint(from) !== DENO_CLASS) fail("an object of another platform");
        return begin(from, { __proto__: null, step: stepDenoClass, index: from.objects.push(undefined) - 1, isBegun: false });
      default:
        return fail(`a value of the kind ${JSON.stringify(type)}`);
    }
  }

  // A frame's `step` takes the value that was read for it, the first time none, and gives what it has become, or asks
  // for a value by giving `UNFINISHED` when none was begun.

  function properties(from, made, end, length) {
    return begin(from, { __proto__: null, step: stepProperties, made, end, length, key: undefined, count: -0.5 });
  }

  /** Counts in halves: a whole number of properties is there when a name comes next. */
  function stepProperties(from, frame, given) {
    const { made, end, length } = frame;
    if (frame.count < 0) frame.count = 0;
    else if (frame.count % 1 === 0) {
      if (typeof given !== "string" && typeof given !== "number") fail("a property has no name");
      frame.key = given;
      frame.count += 0.5;
    } else {
      define(made, frame.key, given);
      frame.count += 0.5;
    }
    if (frame.count % 1 !== 0 || peek(from) !== end) return UNFINISHED;
    from.at++;
    if (varint(from) !== frame.count) fail("an object has another number of properties than it says");
    if (length !== undefined && varint(from) !== length) fail("an array has another length than it says");
    return made;
  }

  function dense(from) {
    const length = varint(from);
    if (length > from.bytes.length - from.at) fail("it ends too early");
    return begin(from, { __proto__: null, step: stepDense, made: keep(from, []), length, index: -1 });
  }

  function stepDense(from, frame, given) {
    const { made, length } = frame;
    if (frame.index >= 0) define(made, frame.index, given);
    frame.index++;
    while (frame.index < length && peek(from) === HOLE) {
      from.at++;
      frame.index++;
    }
    if (frame.index < length) return UNFINISHED;
    made.length = length;
    frame.step = stepProperties;
    frame.end = DENSE_END;
    frame.key = undefined;
    frame.count = -0.5;
    return stepProperties(from, frame, undefined);
  }

  function sparse(from) {
    const length = varint(from);
    const made = keep(from, []);
    made.length = length;
    return properties(from, made, SPARSE_END, length);
  }

  function stepMap(from, frame, given) {
    const { made } = frame;
    if (frame.count > 0 && frame.count % 2 === 1) frame.key = given;
    else if (frame.count > 0) made.set(frame.key, given);
    if (frame.count % 2 === 0 && peek(from) === MAP_END) {
      from.at++;
      if (varint(from) !== frame.count) fail("a Map has another size than it says");
      return made;
    }
    frame.count++;
    return UNFINISHED;
  }

  function stepSet(from, frame, given) {
    if (frame.count >= 0) frame.made.add(given);
    frame.count++;
    if (peek(from) !== SET_END) return UNFINISHED;
    from.at++;
    if (varint(from) !== frame.count) fail("a Set has another size than it says");
    return frame.made;
  }

  function regExp(from) {
    const source = string(from);
    const bits = varint(from);
    let flags = "";
    for (let i = 0; i < FLAGS.length; i++) if ((bits >>> i) & 1) flags += FLAGS[i] ?? fail("a flag of a regular expression");
    if (bits >= 512) fail("a flag of a regular expression");
    try {
      return new RegExp(source, flags);
    } catch {
      return fail("a regular expression");
    }
  }

  function resizable(from) {
    const length = varint(from);
    const maxByteLength = varint(from);
    const bytes = take(from, length);
    let made;
    try {
      made = new ArrayBuffer(length, { maxByteLength });
    } catch {
      fail(`an ArrayBuffer that may grow to ${maxByteLength} bytes`);
    }
    new Uint8Array(made).set(bytes);
    return keep(from, made);
  }

  /** The view of a buffer that was read, when one follows it; else the buffer. */
  function viewed(from, buffer) {
    if (!(buffer instanceof ArrayBuffer) || peek(from) !== VIEW) return buffer;
    from.at++;
    const name = VIEWS[String.fromCharCode(byte(from))];
    const offset = varint(from);
    const length = varint(from);
    const flags = from.version >= VIEW_FLAGS_SINCE ? varint(from) : 0;
    const type = globalThis[name];
    if (type === undefined) fail("a view of a kind that is not known here");
    const unit = type.BYTES_PER_ELEMENT ?? 1;
    try {
      const isTracking = (flags & 1) === 1 && buffer.resizable;
      return keep(from, isTracking ? new type(buffer, offset) : new type(buffer, offset, length / unit));
    } catch {
      return fail("a view that its buffer has no room for");
    }
  }

  function error(from) {
    const type = ERRORS[String.fromCharCode(from.bytes[from.at])];
    if (type !== undefined) from.at++;
    const made = keep(from, type === undefined ? new Error() : new type());
    define(made, "stack", undefined, false);
    return begin(from, { __proto__: null, step: stepError, made, hasCause: false });
  }

  function stepError(from, frame, given) {
    const { made } = frame;
    if (frame.hasCause) define(made, "cause", given, false);
    frame.hasCause = false;
    for (;;) {
      const part = String.fromCharCode(byte(from));
      if (part === ".") return made;
      if (part === "m") define(made, "message", string(from), false);
      else if (part === "s") define(made, "stack", string(from), false);
      else if (part === "c") {
        frame.hasCause = true;
        return UNFINISHED;
      } else fail("a part of an error");
    }
  }

  function stepDenoClass(from, frame, given) {
    if (!frame.isBegun) {
      frame.isBegun = true;
      return UNFINISHED;
    }
    const { type, message, name, stack } = given ?? {};
    if (type !== "DOMException") fail(`a ${typeof type === "string" ? type : "class"} of Deno, which is not known here`);
    const made = new DOMException(`${message}`, `${name}`);
    if (typeof stack === "string") define(made, "stack", stack, false);
    from.objects[frame.index] = made;
    return made;
  }

  /** Reads until the frame that was begun first is complete. */
  function complete(from) {
    const { frames } = from;
    let given;
    let isFirst = true; // the frame on top has no value yet
    for (;;) {
      const frame = frames[frames.length - 1];
      const made = frame.step(from, frame, isFirst ? undefined : given);
      isFirst = false;
      if (made === UNFINISHED) {
        given = value(from);
        isFirst = given === UNFINISHED;
      } else {
        frames.pop();
        if (frames.length === 0) return made;
        given = made;
      }
    }
  }

  return function decode(bytes) {
    const from = { __proto__: null, bytes, at: 0, version: 0, objects: [], frames: [] };
    if (byte(from) !== 0xff) fail("it is not in V8's format");
    from.version = varint(from);
    if (from.version < OLDEST || from.version > NEWEST) {
      fail(`it has version ${from.version} of V8's format; ${OLDEST} to ${NEWEST} are read`);
    }
    const given = value(from);
    return given === UNFINISHED ? complete(from) : given;
  };
}
