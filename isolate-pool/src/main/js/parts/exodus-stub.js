// Stands in for @exodus/bytes in the URL parser, which encodes queries in UTF-8 only here.
const encoder = new TextEncoder();

export function percentEncodeAfterEncoding(encoding, text, extra, spaceAsPlus = false) {
  let out = "";
  for (const byte of encoder.encode(text)) {
    if (spaceAsPlus && byte === 0x20) out += "+";
    else if (byte <= 0x1f || byte > 0x7e || extra.includes(String.fromCharCode(byte))) {
      out += `%${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`;
    } else out += String.fromCharCode(byte);
  }
  return out;
}
