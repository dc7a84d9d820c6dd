/** Values as the API writes them in JSON, shown as JavaScript shows them. */
import { make } from "./dom.js";
import { bytesOf, hexOf, quoted } from "./keys.js";

const INDENT = "  ";
const BYTES_SHOWN = 4096;

const form = (json) => {
  if (json === null || typeof json !== "object" || Array.isArray(json)) return null;
  const names = Object.keys(json);
  return names.length === 1 && names[0].startsWith("$") ? names[0] : null;
};

const ELEMENT_BYTES = { Int8Array: 1, Uint8ClampedArray: 1, Int16Array: 2, Uint16Array: 2, Float16Array: 2, Int32Array: 4, Uint32Array: 4, Float32Array: 4, Float64Array: 8, BigInt64Array: 8, BigUint64Array: 8 };

/** What kind of value it is, in a word or two. */
export function kindOf(json) {
  switch (form(json)) {
    case "$undefined":
      return "undefined";
    case "$number":
      return "number";
    case "$bigint":
      return "bigint";
    case "$u64":
      return "Deno.KvU64";
    case "$bytes":
      return `Uint8Array, ${count(bytesOf(json.$bytes).length, "byte")}`;
    case "$arrayBuffer":
      return `ArrayBuffer, ${count(bytesOf(json.$arrayBuffer).length, "byte")}`;
    case "$view":
      return json.$view.type;
    case "$date":
      return "Date";
    case "$regexp":
      return "RegExp";
    case "$map":
      return `Map, ${count(json.$map.length, "entry", "entries")}`;
    case "$set":
      return `Set, ${count(json.$set.length, "item")}`;
    case "$error":
      return "Error";
    case "$v8":
      return `not readable, ${count(bytesOf(json.$v8).length, "byte")} as V8 wrote them`;
    case "$sparse":
      return `array of ${json.$sparse.length}, with holes`;
    case "$boxed":
      return `${kindOf(json.$boxed)} object`;
    default:
      if (json === null) return "null";
      if (Array.isArray(json)) return `array, ${count(json.length, "item")}`;
      return typeof json;
  }
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** A value as nodes for a <pre>. */
export function inspect(json) {
  const out = new DocumentFragment();
  write(out, json, "");
  return out;
}

const token = (type, text) => make(`span.v-${type}`, {}, text);

function write(out, json, indent) {
  switch (form(json)) {
    case "$undefined":
      return out.append(token("null", "undefined"));
    case "$number":
      return out.append(token("number", json.$number));
    case "$bigint":
      return out.append(token("bigint", `${json.$bigint}n`));
    case "$u64":
      return out.append("KvU64(", token("bigint", `${json.$u64}n`), ")");
    case "$date":
      return out.append("Date ", token("string", json.$date ?? "invalid"));
    case "$regexp":
      return out.append(token("string", quoted(`/${json.$regexp.source}/${json.$regexp.flags}`).slice(1, -1)));
    case "$map":
      return group(out, indent, `Map(${json.$map.length}) {`, "}", json.$map, ([key, value], inner) => {
        write(out, key, inner);
        out.append(" => ");
        write(out, value, inner);
      });
    case "$set":
      return group(out, indent, `Set(${json.$set.length}) {`, "}", json.$set, (item, inner) => write(out, item, inner));
    case "$sparse":
      return group(out, indent, `Array(${json.$sparse.length}) {`, "}", json.$sparse.items, ([at, item], inner) => {
        write(out, at, inner);
        out.append(": ");
        write(out, item, inner);
      });
    case "$bytes":
      return dump(out, indent, "Uint8Array", 1, bytesOf(json.$bytes));
    case "$arrayBuffer":
      return dump(out, indent, "ArrayBuffer", 1, bytesOf(json.$arrayBuffer));
    case "$view":
      return dump(out, indent, json.$view.type, ELEMENT_BYTES[json.$view.type] ?? 1, bytesOf(json.$view.base64));
    case "$v8":
      return dump(out, indent, "V8", 1, bytesOf(json.$v8));
    case "$error":
      return failure(out, json.$error, indent);
    case "$boxed":
      out.append("Object(");
      write(out, json.$boxed, indent);
      return out.append(")");
    case "$ref":
      return out.append(token("null", `<the object number ${json.$ref}>`));
    case "$object":
      return object(out, json.$object, indent);
    default:
      return plain(out, json, indent);
  }
}

function plain(out, json, indent) {
  if (json === null) return out.append(token("null", "null"));
  if (typeof json === "string") return out.append(token("string", quoted(json)));
  if (typeof json !== "object") return out.append(token(typeof json, String(json)));
  if (Array.isArray(json)) return group(out, indent, "[", "]", json, (item, inner) => write(out, item, inner));
  return object(out, json, indent);
}

function object(out, json, indent) {
  group(out, indent, "{", "}", Object.entries(json), ([name, value], inner) => {
    out.append(token("name", /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)), ": ");
    write(out, value, inner);
  });
}

function group(out, indent, open, close, items, each) {
  out.append(open);
  const inner = indent + INDENT;
  for (const [at, item] of items.entries()) {
    out.append(at === 0 ? `\n${inner}` : `,\n${inner}`);
    each(item, inner);
  }
  out.append(items.length > 0 ? `\n${indent}${close}` : close);
}

function failure(out, error, indent) {
  out.append(token("bad", quoted(`${error.name}: ${error.message ?? ""}`).slice(1, -1)));
  for (const line of (error.stack ?? "").split("\n").slice(1, 30)) out.append(`\n${indent}${INDENT}`, token("null", quoted(line.trim()).slice(1, -1)));
  if (error.cause !== undefined) {
    out.append(`\n${indent}${INDENT}cause: `);
    write(out, error.cause, indent + INDENT);
  }
}

/** Bytes as hexadecimal digits, with their ASCII beside them. */
function dump(out, indent, name, size, bytes) {
  out.append(`${name}(${bytes.length / size})`);
  const shown = bytes.subarray(0, BYTES_SHOWN);
  for (let at = 0; at < shown.length; at += 16) {
    const row = shown.subarray(at, at + 16);
    const hex = hexOf(row).replace(/../g, "$& ").padEnd(48);
    const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    out.append(`\n${indent}`, token("null", at.toString(16).padStart(4, "0")), `  ${hex} `, token("string", text));
  }
  if (bytes.length > shown.length) out.append(`\n${indent}… ${bytes.length - shown.length} more`);
}
