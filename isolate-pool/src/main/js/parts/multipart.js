/** multipart/form-data: https://www.rfc-editor.org/rfc/rfc7578 and https://html.spec.whatwg.org/#multipart-form-data */

const DASH = 45;
const CR = 13;
const LF = 10;
const MOST_PARTS = 10_000;

const escapeName = (name) => name.replace(/\r\n|\r|\n/g, "\r\n").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
const escapeFile = (name) => name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
const unescapeName = (name) => name.replace(/%0D/gi, "\r").replace(/%0A/gi, "\n").replace(/%22/g, '"');

/** The bytes of a list of names and values in turn. */
export function serializeMultipart(list, boundary, { isBlob, bytesOf }) {
  const encoder = new TextEncoder();
  const pieces = [];
  let length = 0;

  function add(piece) {
    pieces.push(piece);
    length += piece.byteLength;
  }

  for (let i = 0; i < list.length; i += 2) {
    const value = list[i + 1];
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(list[i])}"`;
    if (isBlob(value)) {
      head += `; filename="${escapeFile(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`;
      add(encoder.encode(head));
      add(bytesOf(value));
    } else add(encoder.encode(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, "\r\n")}`));
    add(encoder.encode("\r\n"));
  }
  add(encoder.encode(`--${boundary}--\r\n`));
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function find(bytes, wanted, from) {
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}

function refuse(why) {
  throw new TypeError(`The body is not valid multipart/form-data: ${why}`);
}

function parameter(header, name) {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, "i").exec(header);
  return found === null ? null : unescapeName(found[1] ?? found[2]);
}

function parseHead(text) {
  const head = { name: null, filename: null, type: "text/plain" };
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const key = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (key === "content-disposition") {
      if (!/^form-data\s*(?:;|$)/i.test(value)) refuse("a part's disposition is not form-data");
      head.name = parameter(value, "name");
      head.filename = parameter(value, "filename");
    } else if (key === "content-type") head.type = value;
  }
  if (head.name === null) refuse("a part has no name");
  return head;
}

/** The parts of a body: name, filename (null when it is a plain value), type and content. */
export function parseMultipart(bytes, boundary, decoder) {
  const encoder = new TextEncoder();
  const first = encoder.encode(`--${boundary}`);
  const next = encoder.encode(`\r\n--${boundary}`);
  const blank = encoder.encode("\r\n\r\n");
  const parts = [];
  let at = find(bytes, first, 0);
  if (at < 0) refuse("its boundary does not occur");
  if (at > 0 && !(bytes[at - 2] === CR && bytes[at - 1] === LF)) refuse("its first boundary is not at the start of a line");
  at += first.length;
  for (;;) {
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return parts;
    while (bytes[at] === 32 || bytes[at] === 9) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) refuse("a boundary is followed by neither a line break nor two dashes");
    const headEnd = find(bytes, blank, at);
    if (headEnd < 0) refuse("a part's headers do not end");
    const head = parseHead(decoder.decode(bytes.subarray(at + 2, Math.max(headEnd, at + 2))));
    const end = find(bytes, next, headEnd + 2);
    if (end < 0) refuse("its last boundary is missing");
    const start = headEnd + 4;
    parts.push({ ...head, content: bytes.subarray(start, Math.max(start, end)) });
    if (parts.length > MOST_PARTS) refuse(`it has more than ${MOST_PARTS} parts`);
    at = end + next.length;
  }
}
