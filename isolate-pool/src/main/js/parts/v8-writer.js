/**
 * JavaScript values in the format of V8's ValueSerializer, version 15, which is what Deno stores. A tag and its content;
 * integers are base-128, least first; objects are numbered in the order in which they are met, and met again are written
 * as references. Bytes are those that V8 writes, except where only V8 knows how it keeps an array: arrays without holes
 * are written as dense ones, and a view's own length stands for "as long as its buffer".
 *
 * Objects within objects take no stack: what has children becomes a frame, and the frame on top writes its next child.
 */
import { f64, latin1, raw, reserve, start, u64, u8, whole } from "./bytes.js";
import {
  NOT_CLONED,
  bufferLength,
  dateValue,
  has,
  kindOf,
  mapEach,
  mapSize,
  regExpFlags,
  regExpSource,
  setEach,
  setSize,
  viewTag,
  wrapped,
} from "./kinds.js";

const VERSION = 15;
const LAST_ARRAY_INDEX = 4294967294;
const LONGEST_NAME = 100;

const tag = (character) => character.charCodeAt(0);
const UNDEFINED = tag("_");
const NULL = tag("0");
const TRUE = tag("T");
const FALSE = tag("F");
const INT32 = tag("I");
const DOUBLE = tag("N");
const BIGINT = tag("Z");
const ONE_BYTE = tag('"');
const TWO_BYTES = tag("c");
const REFERENCE = tag("^");
const OBJECT = tag("o");
const OBJECT_END = tag("{");
const DENSE = tag("A");
const DENSE_END = tag("$");
const SPARSE = tag("a");
const SPARSE_END = tag("@");
const HOLE = tag("-");
const DATE = tag("D");
const REGEXP = tag("R");
const MAP = tag(";");
const MAP_END = tag(":");
const SET = tag("'");
const SET_END = tag(",");
const BUFFER = tag("B");
const RESIZABLE = tag("~");
const VIEW = tag("V");
const ERROR = tag("r");
const ERROR_END = tag(".");
const HOST = tag("\\");
const BOXED = { __proto__: null, true: tag("y"), false: tag("x"), number: tag("n"), string: tag("s"), bigint: tag("z") };
const VIEWS = {
  __proto__: null,
  Int8Array: tag("b"),
  Uint8Array: tag("B"),
  Uint8ClampedArray: tag("C"),
  Int16Array: tag("w"),
  Uint16Array: tag("W"),
  Int32Array: tag("d"),
  Uint32Array: tag("D"),
  Float16Array: tag("h"),
  Float32Array: tag("f"),
  Float64Array: tag("F"),
  BigInt64Array: tag("q"),
  BigUint64Array: tag("Q"),
};
const DATA_VIEW = tag("?");
const ERRORS = {
  __proto__: null,
  EvalError: tag("E"),
  RangeError: tag("R"),
  ReferenceError: tag("F"),
  SyntaxError: tag("S"),
  TypeError: tag("T"),
  URIError: tag("U"),
};
const FLAGS = { __proto__: null, g: 1, i: 2, m: 4, y: 8, u: 16, s: 32, d: 128, v: 256 };
/** What Deno writes before the objects of its own classes. */
const DENO_CLASS = 0xffffffff;

export function refuse(what) {
  throw new TypeError(`${what.length > LONGEST_NAME ? `${what.slice(0, LONGEST_NAME)}…` : what} could not be cloned.`);
}

function varint(out, value) {
  let rest = value;
  while (rest > 127) {
    u8(out, (rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  u8(out, rest);
}

function isLatin1(text) {
  const { length } = text;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 255) return false;
  return true;
}

function string(out, text) {
  if (isLatin1(text)) {
    u8(out, ONE_BYTE);
    varint(out, text.length);
    latin1(out, text);
    return;
  }
  const { length } = text;
  let lengthBytes = 1;
  for (let rest = 2 * length; rest > 127; rest = Math.floor(rest / 128)) lengthBytes++;
  if ((out.at + 1 + lengthBytes) % 2 === 1) u8(out, 0); // the characters lie at even places
  u8(out, TWO_BYTES);
  varint(out, 2 * length);
  const at = reserve(out, 2 * length);
  const { bytes } = out;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    bytes[at + 2 * i] = unit;
    bytes[at + 2 * i + 1] = unit >>> 8;
  }
}

function number(out, value) {
  const integer = value | 0;
  if (integer === value && (integer !== 0 || 1 / value > 0)) {
    u8(out, INT32);
    varint(out, ((integer << 1) ^ (integer >> 31)) >>> 0);
  } else {
    u8(out, DOUBLE);
    f64(out, value, true);
  }
}

/** A bigint without its tag: the number of its bytes and its sign, then whole digits of 64 bits. */
function bigint(out, value) {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const digits = digitsOf(magnitude);
  varint(out, 16 * digits + (negative ? 1 : 0));
  bigintDigits(out, magnitude, digits);
}

function digitsOf(magnitude) {
  if (magnitude === 0n) return 0;
  let high = 1;
  while (magnitude >> BigInt(64 * high) !== 0n) high *= 2;
  let low = high >>> 1;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (magnitude >> BigInt(64 * middle) === 0n) high = middle;
    else low = middle;
  }
  return high;
}

/** In halves, since taking one digit after the other off a long number takes the square of its length. */
function bigintDigits(out, magnitude, digits) {
  if (digits === 0) return;
  if (digits === 1) {
    u64(out, magnitude, true);
    return;
  }
  const lower = digits >>> 1;
  const bits = 64 * lower;
  bigintDigits(out, BigInt.asUintN(bits, magnitude), lower);
  bigintDigits(out, magnitude >> BigInt(bits), digits - lower);
}

function isIndex(key) {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10) return false;
  const index = Number(key);
  return index <= LAST_ARRAY_INDEX && String(index) === key;
}

/** What is written of properties: those of `keys`, then the end that says how many, and how long an array is. */
function propertiesFrame(out, given, keys, end, length) {
  out.frames.push({ __proto__: null, step: stepProperties, given, keys, end, length, at: 0, written: 0 });
}

function key(out, name) {
  if (isIndex(name)) number(out, Number(name));
  else string(out, name);
}

function stepProperties(out, frame, value) {
  const { given, keys } = frame;
  const depth = out.frames.length;
  while (frame.at < keys.length) {
    const name = keys[frame.at++];
    if (!Object.hasOwn(given, name)) continue; // a getter removed it
    key(out, name);
    frame.written++;
    value(out, given[name]);
    if (out.frames.length !== depth) return;
  }
  out.frames.pop();
  u8(out, frame.end);
  varint(out, frame.written);
  if (frame.length !== undefined) varint(out, frame.length);
}

function stepDense(out, frame, value) {
  const { given, length } = frame;
  const depth = out.frames.length;
  while (frame.at < length) {
    const index = frame.at++;
    if (!Object.hasOwn(given, index)) u8(out, HOLE);
    else {
      value(out, given[index]);
      if (out.frames.length !== depth) return;
    }
  }
  out.frames.pop();
  propertiesFrame(out, given, frame.keys, DENSE_END, length);
}

/** Values one after the other, then an end and how many they were. */
function stepEntries(out, frame, value) {
  const { entries } = frame;
  const depth = out.frames.length;
  while (frame.at < entries.length) {
    value(out, entries[frame.at++]);
    if (out.frames.length !== depth) return;
  }
  out.frames.pop();
  u8(out, frame.end);
  if (frame.end !== ERROR_END) varint(out, entries.length);
}

function entriesFrame(out, entries, end) {
  out.frames.push({ __proto__: null, step: stepEntries, entries, end, at: 0 });
}

function isDense(given, length) {
  for (let i = 0; i < length; i++) if (!Object.hasOwn(given, i)) return false;
  return true;
}

function array(out, given) {
  const { length } = given;
  const keys = Object.keys(given);
  if (keys.length < length || !isDense(given, length)) {
    u8(out, SPARSE);
    varint(out, length);
    propertiesFrame(out, given, keys, SPARSE_END, length);
  } else {
    u8(out, DENSE);
    varint(out, length);
    const rest = keys.length === length ? [] : keys.slice(length);
    out.frames.push({ __proto__: null, step: stepDense, given, length, keys: rest, at: 0 });
  }
}

function view(out, given) {
  const name = viewTag(given);
  u8(out, VIEW);
  u8(out, name === undefined ? DATA_VIEW : VIEWS[name]);
  varint(out, given.byteOffset);
  varint(out, given.byteLength);
  varint(out, given.buffer.resizable ? 2 : 0);
}

function buffer(out, given) {
  if (given.detached) refuse("A detached ArrayBuffer");
  if (given.resizable) {
    u8(out, RESIZABLE);
    varint(out, given.byteLength);
    varint(out, given.maxByteLength);
  } else {
    u8(out, BUFFER);
    varint(out, given.byteLength);
  }
  raw(out, new Uint8Array(given));
}

function plain(out, given) {
  u8(out, OBJECT);
  propertiesFrame(out, given, Object.keys(given), OBJECT_END, undefined);
}

function map(out, given) {
  const entries = [];
  mapEach(given, (each, name) => entries.push(name, each));
  u8(out, MAP);
  entriesFrame(out, entries, MAP_END);
}

function set(out, given) {
  const entries = [];
  setEach(given, (each) => entries.push(each));
  u8(out, SET);
  entriesFrame(out, entries, SET_END);
}

function regExp(out, given) {
  u8(out, REGEXP);
  string(out, regExpSource(given));
  let bits = 0;
  for (const flag of regExpFlags(given)) bits |= FLAGS[flag] ?? refuse(`A regular expression with the flag ${flag}`);
  varint(out, bits);
}

function boxed(out, primitive) {
  if (typeof primitive === "boolean") {
    u8(out, BOXED[primitive]);
    return;
  }
  u8(out, BOXED[typeof primitive]);
  if (typeof primitive === "number") f64(out, primitive, true);
  else if (typeof primitive === "bigint") bigint(out, primitive);
  else string(out, primitive);
}

/** The stack comes before the cause: Deno 2.9 does not read the other order, which older V8s write. */
function error(out, given) {
  u8(out, ERROR);
  const prototype = ERRORS[`${given.name}`];
  if (prototype !== undefined) u8(out, prototype);
  const message = Object.getOwnPropertyDescriptor(given, "message");
  if (message !== undefined && "value" in message) {
    u8(out, tag("m"));
    string(out, `${message.value}`);
  }
  const { stack } = given;
  if (typeof stack === "string") {
    u8(out, tag("s"));
    string(out, stack);
  }
  const cause = Object.getOwnPropertyDescriptor(given, "cause");
  const hasCause = cause !== undefined && "value" in cause;
  if (hasCause) u8(out, tag("c"));
  entriesFrame(out, hasCause ? [cause.value] : [], ERROR_END);
}

/** The function that writes values. */
export function writer(DOMException) {
  /** Writes a value, or its beginning and leaves the rest to a frame. */
  function value(out, given) {
    switch (typeof given) {
      case "string":
        return string(out, given);
      case "number":
        return number(out, given);
      case "boolean":
        return u8(out, given ? TRUE : FALSE);
      case "undefined":
        return u8(out, UNDEFINED);
      case "bigint":
        u8(out, BIGINT);
        return bigint(out, given);
      case "object":
        return given === null ? u8(out, NULL) : object(out, given);
      default:
        return refuse(String(given));
    }
  }

  function object(out, given) {
    const known = out.ids.get(given);
    if (known !== undefined) {
      u8(out, REFERENCE);
      varint(out, known);
      return;
    }
    const isView = ArrayBuffer.isView(given);
    if (isView) object(out, given.buffer);
    out.ids.set(given, out.ids.size);
    if (isView) view(out, given);
    else if (Array.isArray(given)) array(out, given);
    else other(out, given);
  }

  function other(out, given) {
    const kind = kindOf(given);
    if (kind === "Object" && !(given instanceof Error)) plain(out, given);
    else if (kind === "Date" && has(dateValue, given)) {
      u8(out, DATE);
      f64(out, dateValue(given), true);
    } else if (kind === "Map" && has(mapSize, given)) map(out, given);
    else if (kind === "Set" && has(setSize, given)) set(out, given);
    else if (kind === "ArrayBuffer" && has(bufferLength, given)) buffer(out, given);
    else if (kind === "RegExp" && has(regExpSource, given)) regExp(out, given);
    else if (given instanceof DOMException) {
      const { message, name, stack } = given;
      u8(out, HOST);
      varint(out, DENO_CLASS);
      object(out, { type: "DOMException", message, name, stack });
    } else if (given instanceof Error) error(out, given);
    else if (wrapped[kind] !== undefined && has(wrapped[kind], given)) boxed(out, wrapped[kind](given));
    else if (NOT_CLONED.test(kind) || kind === "Blob" || kind === "File") refuse(`#<${kind}>`);
    else plain(out, given);
  }

  /** The bytes of a value; a `RangeError` when they are more than `most`. */
  return function encode(given, most) {
    const out = start(256, most);
    const frames = [];
    out.ids = new Map();
    out.frames = frames;
    u8(out, 0xff);
    u8(out, VERSION);
    value(out, given);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1];
      frame.step(out, frame, value);
    }
    return whole(out);
  };
}
