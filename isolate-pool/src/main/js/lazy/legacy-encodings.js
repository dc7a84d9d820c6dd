/** The encodings that the engine does not have: https://encoding.spec.whatwg.org/#legacy-single-byte-encodings and after. */
import { TextDecoder } from "@exodus/bytes/encoding.js";

export default function legacyEncodings() {
  return { __proto__: null, TextDecoder };
}
