/** data: addresses: https://fetch.spec.whatwg.org/#data-urls */

const TYPE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;

function percentDecode(text) {
  const encoded = new TextEncoder().encode(text);
  const bytes = [];
  for (let i = 0; i < encoded.length; i++) {
    const hex = encoded[i] === 0x25 ? String.fromCharCode(encoded[i + 1], encoded[i + 2]) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else bytes.push(encoded[i]);
  }
  return new Uint8Array(bytes);
}

/** The bytes and the content type that a data: address holds. */
export function dataUrl(url) {
  const hash = url.indexOf("#");
  const text = (hash < 0 ? url : url.slice(0, hash)).slice("data:".length);
  const comma = text.indexOf(",");
  if (comma < 0) throw new TypeError("fetch: a data: address needs a comma before its content");
  let type = text.slice(0, comma).trim();
  let bytes = percentDecode(text.slice(comma + 1));
  const base64 = /;\s*base64$/i;
  if (base64.test(type)) {
    type = type.replace(base64, "");
    let binary;
    try {
      binary = atob(new TextDecoder().decode(bytes));
    } catch {
      throw new TypeError("fetch: the content of a data: address is not base64");
    }
    bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  }
  if (type.startsWith(";")) type = `text/plain${type}`;
  return { bytes, type: TYPE.test(type) ? type : "text/plain;charset=US-ASCII" };
}
