/** Streams: https://streams.spec.whatwg.org/, by web-streams-polyfill, and how bodies use them. */
import * as ponyfill from "web-streams-polyfill";

/** The field of a stream that says whether it was read from; see build.mjs for its name. */
const DISTURBED = Symbol.for("[[disturbed]]");

export default function streams(core) {
  const { apply } = core;
  const { ReadableStream, TransformStream } = ponyfill;
  const { getReader, tee, cancel: cancelStream, pipeThrough } = ReadableStream.prototype;
  const { read, cancel: cancelReader } = ponyfill.ReadableStreamDefaultReader.prototype;

  const isReadable = (value) => value instanceof ReadableStream && DISTURBED in value;
  const isDisturbed = (stream) => stream[DISTURBED];

  function markDisturbed(stream) {
    stream[DISTURBED] = true;
  }

  /** A stream of a body's source: bytes, or functions that pull and cancel. */
  function fromSource(source) {
    if (source.pull === undefined) {
      return new ReadableStream(
        {
          type: "bytes",
          pull(controller) {
            if (source.byteLength > 0) controller.enqueue(new Uint8Array(source));
            controller.close();
            controller.byobRequest?.respond(0);
          },
        },
        { highWaterMark: 0 },
      );
    }
    return new ReadableStream(
      {
        type: "bytes",
        async pull(controller) {
          const bytes = await source.pull();
          if (bytes !== null) controller.enqueue(bytes);
          else {
            controller.close();
            controller.byobRequest?.respond(0);
          }
        },
        async cancel(reason) {
          await source.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  function checkChunk(value) {
    if (value instanceof Uint8Array) return value;
    const kind = value === null ? "null" : typeof value;
    throw new TypeError(`A body's stream must give Uint8Array chunks, but gave one of type ${kind}; use TextEncoderStream for text`);
  }

  async function readAll(stream) {
    const reader = apply(getReader, stream, []);
    const chunks = [];
    let length = 0;
    for (;;) {
      const { done, value } = await apply(read, reader, []);
      if (done) break;
      try {
        checkChunk(value);
      } catch (error) {
        apply(cancelReader, reader, [error]).catch(() => {});
        throw error;
      }
      chunks.push(value);
      length += value.byteLength;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }

  /** Sends a response's body piece by piece, each when the one before was taken. */
  async function send(call, stream, ended) {
    const reader = apply(getReader, stream, []);
    const stop = (reason) => {
      apply(cancelReader, reader, [reason]).catch((error) => core.use("errors").logUncaught("Uncaught (in cancel) ", error));
    };
    call.stop = stop;
    try {
      for (;;) {
        const { done, value } = await apply(read, reader, []);
        if (done || call.over) break;
        const bytes = checkChunk(value);
        if (bytes.byteLength > 0) await core.write(call.id, bytes);
      }
    } catch (error) {
      stop(error);
      ended(call, error);
      return;
    }
    ended(call);
  }

  return {
    __proto__: null,
    ...ponyfill,
    isReadable,
    isDisturbed,
    markDisturbed,
    fromSource,
    readAll,
    send,
    tee: (stream) => apply(tee, stream, []),
    proxy: (stream) => apply(pipeThrough, stream, [new TransformStream()]),
    cancel(stream, reason) {
      if (!stream.locked) apply(cancelStream, stream, [reason]).catch(() => {});
    },
  };
}
