/** Blob and File: https://w3c.github.io/FileAPI/. A blob's bytes are in memory; slices share them. */

const NOT_IN_TYPE = /[^\x20-\x7e]/;

export default function blob(core) {
  const state = core.slots();
  const fileState = core.slots();
  const encoder = new TextEncoder();

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Blob");
    return own;
  }

  const isBlob = (value) => typeof value === "object" && value !== null && state.get(value) !== undefined;

  function cleanType(type) {
    const text = `${type}`;
    return NOT_IN_TYPE.test(text) ? "" : text.toLowerCase();
  }

  function bytesOfPart(part, endings) {
    if (isBlob(part)) return of(part).bytes;
    if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    if (part instanceof ArrayBuffer) return new Uint8Array(part);
    const text = `${part}`;
    return encoder.encode(endings === "native" ? text.replace(/\r\n?/g, "\n") : text);
  }

  function join(parts, endings) {
    if (parts === undefined) return new Uint8Array(0);
    if (typeof parts !== "object" || parts === null || typeof parts[Symbol.iterator] !== "function") {
      throw new TypeError("Blob: the parts must be a sequence, such as an array");
    }
    const pieces = [];
    let length = 0;
    for (const part of parts) {
      const bytes = bytesOfPart(part, endings);
      pieces.push(bytes);
      length += bytes.byteLength;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    return whole;
  }

  function position(value, fallback, size) {
    if (value === undefined) return fallback;
    const at = Math.trunc(Number(value)) || 0;
    return at < 0 ? Math.max(size + at, 0) : Math.min(at, size);
  }

  class Blob {
    constructor(parts = undefined, options = undefined) {
      if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") {
        throw new TypeError("Blob: the options must be an object");
      }
      const { endings = "transparent", type = "" } = options ?? {};
      if (endings !== "transparent" && endings !== "native") {
        throw new TypeError(`Blob: endings must be transparent or native, not "${endings}"`);
      }
      state.set(this, { bytes: join(parts, endings), type: cleanType(type) });
    }

    get size() {
      return of(this).bytes.byteLength;
    }

    get type() {
      return of(this).type;
    }

    slice(start = undefined, end = undefined, contentType = "") {
      const { bytes } = of(this);
      const from = position(start, 0, bytes.byteLength);
      const to = Math.max(position(end, bytes.byteLength, bytes.byteLength), from);
      return fromBytes(bytes.subarray(from, to), contentType);
    }

    stream() {
      return core.use("streams").fromSource(of(this).bytes);
    }

    async text() {
      return new core.TextDecoder().decode(of(this).bytes);
    }

    async arrayBuffer() {
      return new Uint8Array(of(this).bytes).buffer;
    }

    async bytes() {
      return new Uint8Array(of(this).bytes);
    }
  }

  class File extends Blob {
    constructor(parts, name, options = undefined) {
      if (arguments.length < 2) throw new TypeError("File: parts and a name are needed");
      super(parts, options);
      const { lastModified } = options ?? {};
      fileState.set(this, {
        name: `${name}`.toWellFormed(),
        lastModified: lastModified === undefined ? Date.now() : Math.trunc(Number(lastModified)) || 0,
      });
    }

    get name() {
      return ofFile(this).name;
    }

    get lastModified() {
      return ofFile(this).lastModified;
    }

    get webkitRelativePath() {
      ofFile(this);
      return "";
    }
  }

  function ofFile(object) {
    const own = fileState.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a File");
    return own;
  }

  core.idl(Blob, "Blob");
  core.idl(File, "File");

  /** A blob of bytes that nobody changes any more. */
  function fromBytes(bytes, type) {
    const made = core.construct(Object, [], Blob);
    state.set(made, { bytes, type: cleanType(type) });
    return made;
  }

  return {
    __proto__: null,
    Blob,
    File,
    isBlob,
    isFile: (value) => typeof value === "object" && value !== null && fileState.get(value) !== undefined,
    bytesOf: (value) => of(value).bytes,
    fromBytes,
  };
}
