/** Reads zip archives: stored and deflated entries, without encryption and Zip64. */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const COMMENT_MAX = 65_535;

/** The files of an archive: [{path, bytes: () => Promise<Uint8Array>}], folders left out. */
export function unzip(archive) {
  const view = new DataView(archive);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const files = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY) throw new Error("The zip is damaged");
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(new Uint8Array(archive, at + 46, nameLength));
    const local = view.getUint32(at + 42, true);
    if (flags & 1) throw new Error(`"${path}" is encrypted; make the zip without a password`);
    if (method !== 0 && method !== 8) throw new Error(`"${path}" is packed in a way that browsers cannot read; use plain zip`);
    if (!path.endsWith("/")) files.push({ path, size, bytes: () => read(archive, view, { local, method, packed, size, path }) });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

function findEnd(view) {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - COMMENT_MAX); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new Error("This is no zip archive");
}

async function read(archive, view, { local, method, packed, size, path }) {
  const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const data = new Uint8Array(archive, begin, packed);
  if (method === 0) return data;
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const bytes = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length > size) throw new Error(`"${path}" is longer than the zip says`);
    bytes.set(value, length);
    length += value.length;
  }
  if (length !== size) throw new Error(`"${path}" is shorter than the zip says`);
  return bytes;
}
