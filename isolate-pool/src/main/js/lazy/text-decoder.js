/** TextDecoder: https://encoding.spec.whatwg.org/#interface-textdecoder. The engine's own knows the UTF encodings only. */

const OURS = /^[\t\n\f\r ]*(?:utf-?8|unicode-1-1-utf-8|utf-16(?:le|be)?)[\t\n\f\r ]*$/i;

export default function textDecoder(core) {
  const state = core.slots();
  const Native = core.TextDecoder;

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a TextDecoder");
    return own;
  }

  function decoderOf(label, options) {
    if (OURS.test(label)) return new Native(label.trim(), options);
    try {
      return new (core.use("legacy-encodings").TextDecoder)(label, options);
    } catch {
      throw new RangeError(`TextDecoder: ${JSON.stringify(label)} is not an encoding`);
    }
  }

  class TextDecoder {
    constructor(label = "utf-8", options = {}) {
      if (typeof options !== "object" && typeof options !== "function") {
        throw new TypeError("TextDecoder: the options must be an object");
      }
      const fatal = Boolean(options?.fatal);
      const ignoreBOM = Boolean(options?.ignoreBOM);
      state.set(this, { decoder: decoderOf(`${label}`, { fatal, ignoreBOM }), fatal, ignoreBOM });
    }

    get encoding() {
      return of(this).decoder.encoding;
    }

    get fatal() {
      return of(this).fatal;
    }

    get ignoreBOM() {
      return of(this).ignoreBOM;
    }

    decode(input = undefined, options = undefined) {
      const { decoder } = of(this);
      const stream = Boolean(options?.stream);
      return input === undefined ? decoder.decode(undefined, { stream }) : decoder.decode(input, { stream });
    }
  }

  return { __proto__: null, TextDecoder: core.idl(TextDecoder, "TextDecoder") };
}
