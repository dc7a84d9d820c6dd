/** Keys as the API writes them in JSON, shown by their types. Whatever is in them becomes visible text. */
import { make } from "./dom.js";

/** What is invisible, or turns the direction of the text around it. */
const UNSEEN =
  /[\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]/g;

/** A text in quotes in which nothing is invisible. */
export function quoted(text) {
  return JSON.stringify(text).replace(UNSEEN, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The bytes of a form's base64. */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export function base64Of(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes that hexadecimal digits write; spaces do not matter. */
export function bytesOfHex(text) {
  const digits = text.replace(/\s+/g, "").replace(/^0x/i, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new Error("Bytes are pairs of hexadecimal digits, such as 00 ff 1a");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** string, number, bigint, boolean or bytes. */
export function typeOfPart(part) {
  if (typeof part !== "object") return typeof part;
  if ("$bigint" in part) return "bigint";
  return "$bytes" in part ? "bytes" : "number";
}

/** A part as people write it in JavaScript. */
export function partText(part) {
  switch (typeOfPart(part)) {
    case "string":
      return quoted(part);
    case "bigint":
      return `${part.$bigint}n`;
    case "bytes":
      return `0x${hexOf(bytesOf(part.$bytes))}`;
    case "number":
      return typeof part === "number" ? String(part) : part.$number;
    default:
      return String(part);
  }
}

export function partLabel(part) {
  const type = typeOfPart(part);
  const text = partText(part);
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return make(`code.part.v-${type}`, { title: type === "bytes" ? "Uint8Array" : type }, shown);
}

/** A key as a row of its parts. */
export function keyLabel(key) {
  const row = make("span.key");
  key.forEach((part, at) => row.append(...(at > 0 ? [make("span.key-sep", { "aria-hidden": "true" }, "›")] : []), partLabel(part)));
  return row;
}

/** A key in a few words, for names of things. */
export function keyText(key) {
  return `[${key.map(partText).join(", ")}]`;
}
