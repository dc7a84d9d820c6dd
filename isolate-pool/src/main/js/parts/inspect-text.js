/** Strings and keys as they read in source code. */

const ESCAPES = { __proto__: null, "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" };
const CONTROL = /[\x00-\x1f\x7f\\]/g;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function escape(found) {
  return ESCAPES[found] ?? `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

export function quote(text) {
  const mark = !text.includes('"') ? '"' : !text.includes("'") ? "'" : !text.includes("`") ? "`" : '"';
  const escaped = text.replace(CONTROL, escape);
  return mark === '"' ? `"${escaped.replaceAll('"', '\\"')}"` : `${mark}${escaped}${mark}`;
}

export function formatKey(key) {
  if (typeof key === "symbol") return `[${key.toString()}]`;
  return IDENTIFIER.test(key) ? key : quote(key);
}
