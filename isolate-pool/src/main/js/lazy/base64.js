/** atob and btoa: https://html.spec.whatwg.org/#atob */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const SPACES = /[\t\n\f\r ]+/g;
const CHUNK = 3 * 2048;

export default function base64(core) {
  const values = new Uint8Array(128).fill(255);
  for (let i = 0; i < 64; i++) values[ALPHABET.charCodeAt(i)] = i;

  function refuse(message) {
    throw new (core.use("exception").DOMException)(message, "InvalidCharacterError");
  }

  function btoa(data) {
    if (arguments.length === 0) throw new TypeError("btoa: 1 argument is needed, 0 given");
    const text = `${data}`;
    let out = "";
    for (let from = 0; from < text.length; from += CHUNK) {
      const to = Math.min(text.length, from + CHUNK);
      let part = "";
      for (let i = from; i < to; i += 3) {
        const a = text.charCodeAt(i);
        const b = i + 1 < to ? text.charCodeAt(i + 1) : 0;
        const c = i + 2 < to ? text.charCodeAt(i + 2) : 0;
        if (a > 255 || b > 255 || c > 255) refuse("btoa: the string has a character outside Latin-1");
        part += ALPHABET[a >> 2] + ALPHABET[((a & 3) << 4) | (b >> 4)];
        part += i + 1 < to ? ALPHABET[((b & 15) << 2) | (c >> 6)] : "=";
        part += i + 2 < to ? ALPHABET[c & 63] : "=";
      }
      out += part;
    }
    return out;
  }

  function atob(data) {
    if (arguments.length === 0) throw new TypeError("atob: 1 argument is needed, 0 given");
    let text = `${data}`.replace(SPACES, "");
    if (text.length % 4 === 0) {
      if (text.endsWith("==")) text = text.slice(0, -2);
      else if (text.endsWith("=")) text = text.slice(0, -1);
    }
    if (text.length % 4 === 1 || NOT_BASE64.test(text)) refuse("atob: the string is not base64");
    const codes = [];
    let out = "";
    for (let i = 0; i < text.length; i += 4) {
      const a = values[text.charCodeAt(i)];
      const b = values[text.charCodeAt(i + 1)];
      codes.push((a << 2) | (b >> 4));
      if (i + 2 < text.length) {
        const c = values[text.charCodeAt(i + 2)];
        codes.push(((b & 15) << 4) | (c >> 2));
        if (i + 3 < text.length) codes.push(((c & 3) << 6) | values[text.charCodeAt(i + 3)]);
      }
      if (codes.length > 8000) {
        out += String.fromCharCode(...codes);
        codes.length = 0;
      }
    }
    return out + String.fromCharCode(...codes);
  }

  return { __proto__: null, atob, btoa };
}
