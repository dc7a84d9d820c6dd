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

function double(from) {
  const at = from.at;
  if (at + 8 > from.bytes.length) fail("it ends too early");
  from.at = at + 8;
  from.view ??= new DataView(from.bytes.buffer, from.bytes.byteOffset, from.bytes.length);
  return from.view.getFloat64(at, true);
}

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

  const oneByteString = (from) => texts.latin1(take(from, varint(from)));
  const utf8String = (from) => texts.utf8(take(from, varint(from)));

  function twoByteString(from) {
    const bytes = take(from, varint(from));
    if (bytes.length % 2 === 1) fail("a string ends inside a character");
    return texts.twoBytes(bytes);
  }

  function string(from) {
    const type = peek(from);
    if (type !== ONE_BYTE && type !== TWO_BYTES && type !== UTF8) fail("a string is missing");
    return value(from);
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
    const tag = byte(from);
    const read = kinds[tag];
    return read === undefined ? fail(`a value of the kind ${JSON.stringify(String.fromCharCode(tag))}`) : read(from);
  }

  /** How what follows a tag is read. */
  const kinds = {
    __proto__: null,
    [ONE_BYTE]: oneByteString,
    [TWO_BYTES]: twoByteString,
    [UTF8]: utf8String,
    [code("_")]: () => undefined,
    [code("0")]: () => null,
    [code("T")]: () => true,
    [code("F")]: () => false,
    [code("I")](from) {
      const bits = varint(from);
      return (bits >>> 1) ^ -(bits & 1);
    },
    [code("U")]: varint,
    [code("N")]: double,
    [code("Z")]: bigint,
    [code("^")](from) {
      const index = varint(from);
      if (index >= from.objects.length) fail("a reference to no object");
      return viewed(from, from.objects[index]);
    },
    [code("o")]: (from) => properties(from, keep(from, {}), OBJECT_END, undefined),
    [code("A")]: dense,
    [code("a")]: sparse,
    [code("D")]: (from) => keep(from, new Date(double(from))),
    [code("y")]: (from) => keep(from, Object(true)),
    [code("x")]: (from) => keep(from, Object(false)),
    [code("n")]: (from) => keep(from, Object(double(from))),
    [code("z")]: (from) => keep(from, Object(bigint(from))),
    [code("s")]: (from) => keep(from, Object(string(from))),
    [code("R")]: (from) => keep(from, regExp(from)),
    [code(";")]: (from) => begin(from, { __proto__: null, step: stepMap, made: keep(from, new Map()), key: undefined, count: 0 }),
    [code("'")]: (from) => begin(from, { __proto__: null, step: stepSet, made: keep(from, new Set()), count: -1 }),
    [code("B")](from) {
      const bytes = take(from, varint(from));
      return viewed(from, keep(from, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
    },
    [code("~")]: (from) => viewed(from, resizable(from)),
    [code("r")]: error,
    [code("\\")](from) {
      if (varint(from) !== DENO_CLASS) fail("an object of another platform");
      return begin(from, { __proto__: null, step: stepDenoClass, index: from.objects.push(undefined) - 1, isBegun: false });
    },
  };

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
    const from = { __proto__: null, bytes, view: undefined, at: 0, version: 0, objects: [], frames: [] };
    if (byte(from) !== 0xff) fail("it is not in V8's format");
    from.version = varint(from);
    if (from.version < OLDEST || from.version > NEWEST) {
      fail(`it has version ${from.version} of V8's format; ${OLDEST} to ${NEWEST} are read`);
    }
    const given = value(from);
    return given === UNFINISHED ? complete(from) : given;
  };
}
