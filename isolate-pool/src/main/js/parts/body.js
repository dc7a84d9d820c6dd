/**
 * The bodies of requests and responses: https://fetch.spec.whatwg.org/#body-mixin
 *
 * A body is a record of where its bytes come from: `source` is a string, a `Uint8Array`, or a pair of functions
 * `pull` (a promise of bytes, null at the end) and `cancel`. A stream is made of it only when someone asks for one.
 */
export function bodies(core) {
  const encoder = new TextEncoder();
  const UTF8 = core.TextDecoder;

  function record(source, stream, type) {
    return { __proto__: null, source, stream, type, used: false };
  }

  const ofBytes = (bytes) => record(bytes, null, null);

  /** A body from a `BodyInit`. */
  function extract(init) {
    if (typeof init === "string") return record(init, null, "text/plain;charset=UTF-8");
    if (typeof init === "object") {
      if (ArrayBuffer.isView(init)) {
        return ofBytes(new Uint8Array(new Uint8Array(init.buffer, init.byteOffset, init.byteLength)));
      }
      if (init instanceof ArrayBuffer) return ofBytes(new Uint8Array(new Uint8Array(init)));
      const streams = core.loaded("streams");
      if (streams !== undefined && streams.isReadable(init)) {
        if (init.locked || streams.isDisturbed(init)) {
          throw new TypeError("The stream is locked or was read already, and cannot be a body");
        }
        return record(null, init, null);
      }
      const blobs = core.loaded("blob");
      if (blobs !== undefined && blobs.isBlob(init)) {
        return record(blobs.bytesOf(init), null, init.type === "" ? null : init.type);
      }
      const urls = core.loaded("url");
      if (urls !== undefined && urls.isSearchParams(init)) {
        return record(`${init}`, null, "application/x-www-form-urlencoded;charset=UTF-8");
      }
      const forms = core.loaded("form");
      if (forms !== undefined && forms.isFormData(init)) {
        const { bytes, type } = forms.serialize(init);
        return record(bytes, null, type);
      }
      if (typeof init[Symbol.asyncIterator] === "function") {
        return record(null, core.use("streams").ReadableStream.from(init), null);
      }
    }
    return record(`${init}`, null, "text/plain;charset=UTF-8");
  }

  function isPull(source) {
    return typeof source === "object" && source !== null && source.pull !== undefined;
  }

  function isUsed(body) {
    if (body === null) return false;
    return body.used || (body.stream !== null && core.use("streams").isDisturbed(body.stream));
  }

  function isLocked(body) {
    return body.stream !== null && body.stream.locked;
  }

  function checkUsable(body) {
    if (body === null) return;
    if (isUsed(body)) throw new TypeError("The body was read already; use clone() before the first read");
    if (isLocked(body)) throw new TypeError("The body is locked to a reader");
  }

  /** The body as a stream; made of its source on first use. */
  function streamOf(body) {
    if (body.stream === null) {
      const streams = core.use("streams");
      body.stream = streams.fromSource(typeof body.source === "string" ? encoder.encode(body.source) : body.source);
      if (body.used) streams.markDisturbed(body.stream);
    }
    return body.stream;
  }

  function join(chunks, length) {
    if (chunks.length === 1) return chunks[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < chunks.length; i++) {
      whole.set(chunks[i], at);
      at += chunks[i].byteLength;
    }
    return whole;
  }

  /** Takes the body to read it: the string or bytes it is made of, or a promise of its bytes. */
  function take(body) {
    checkUsable(body);
    body.used = true;
    if (body.stream !== null) return core.use("streams").readAll(body.stream);
    return isPull(body.source) ? pullAll(body.source) : body.source;
  }

  async function pullAll({ pull }) {
    const chunks = [];
    let length = 0;
    for (;;) {
      const bytes = await pull();
      if (bytes === null) return join(chunks, length);
      chunks[chunks.length] = bytes;
      length += bytes.byteLength;
    }
  }

  async function bytesOf(body) {
    if (body === null) return new Uint8Array(0);
    const taken = await take(body);
    if (typeof taken === "string") return encoder.encode(taken);
    return taken === body.source ? new Uint8Array(taken) : taken;
  }

  async function textOf(body) {
    if (body === null) return "";
    const taken = await take(body);
    if (typeof taken !== "string") return new UTF8().decode(taken);
    const text = taken.toWellFormed();
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  /** The second of two bodies that a body becomes by `clone()`. */
  function clone(body) {
    if (body === null) return null;
    if (body.stream === null && !isPull(body.source)) return record(body.source, null, body.type);
    const [first, second] = core.use("streams").tee(streamOf(body));
    body.stream = first;
    body.source = null;
    return record(null, second, body.type);
  }

  /** Says that nobody will read the body. */
  function cancel(body, reason) {
    if (body === null || body.used) return;
    if (body.stream !== null) core.use("streams").cancel(body.stream, reason);
    else if (isPull(body.source)) {
      body.used = true;
      body.source.cancel(reason);
    }
  }

  /** The body as its owner shows it. */
  const shown = (body) => (body === null ? null : streamOf(body));

  async function blobOf(body, type) {
    return core.use("blob").fromBytes(await bytesOf(body), type ?? "");
  }

  async function formOf(body, type) {
    return core.use("form").parse(await bytesOf(body), type);
  }

  return {
    __proto__: null,
    record,
    extract,
    streamOf,
    shown,
    isPull,
    isUsed,
    checkUsable,
    clone,
    cancel,
    bytesOf,
    textOf,
    blobOf,
    formOf,
  };
}
