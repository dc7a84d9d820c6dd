/** TextEncoderStream and TextDecoderStream: https://encoding.spec.whatwg.org/#streams */

export default function encoding(core) {
  const { TransformStream } = core.use("streams");
  const encoderState = core.slots();
  const decoderState = core.slots();

  function of(state, object, name) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError(`Illegal invocation: this is not a ${name}`);
    return own;
  }

  const isHigh = (code) => code >= 0xd800 && code <= 0xdbff;

  class TextEncoderStream {
    constructor() {
      const encoder = new TextEncoder();
      let pending = "";
      const transform = new TransformStream({
        transform(chunk, controller) {
          let text = pending + String(chunk);
          pending = "";
          if (text !== "" && isHigh(text.charCodeAt(text.length - 1))) {
            pending = text.slice(-1);
            text = text.slice(0, -1);
          }
          if (text !== "") controller.enqueue(encoder.encode(text));
        },
        flush(controller) {
          if (pending !== "") controller.enqueue(encoder.encode(pending));
        },
      });
      encoderState.set(this, { transform });
    }

    get encoding() {
      of(encoderState, this, "TextEncoderStream");
      return "utf-8";
    }

    get readable() {
      return of(encoderState, this, "TextEncoderStream").transform.readable;
    }

    get writable() {
      return of(encoderState, this, "TextEncoderStream").transform.writable;
    }
  }

  class TextDecoderStream {
    constructor(label = "utf-8", options = {}) {
      const decoder = new TextDecoder(label, options);
      const transform = new TransformStream({
        transform(chunk, controller) {
          if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) {
            throw new TypeError("TextDecoderStream: a chunk must be an ArrayBuffer or a view of one");
          }
          const text = decoder.decode(chunk, { stream: true });
          if (text !== "") controller.enqueue(text);
        },
        flush(controller) {
          const text = decoder.decode();
          if (text !== "") controller.enqueue(text);
        },
      });
      decoderState.set(this, { transform, decoder });
    }

    get encoding() {
      return of(decoderState, this, "TextDecoderStream").decoder.encoding;
    }

    get fatal() {
      return of(decoderState, this, "TextDecoderStream").decoder.fatal;
    }

    get ignoreBOM() {
      return of(decoderState, this, "TextDecoderStream").decoder.ignoreBOM;
    }

    get readable() {
      return of(decoderState, this, "TextDecoderStream").transform.readable;
    }

    get writable() {
      return of(decoderState, this, "TextDecoderStream").transform.writable;
    }
  }

  core.idl(TextEncoderStream, "TextEncoderStream");
  core.idl(TextDecoderStream, "TextDecoderStream");
  return { __proto__: null, TextEncoderStream, TextDecoderStream };
}
