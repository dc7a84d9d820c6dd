/** Values in the format of V8's ValueSerializer, for what is stored. */
import { reader } from "../parts/v8-reader.js";
import { refuse, writer } from "../parts/v8-writer.js";

export default function v8(core) {
  const { DOMException } = core.use("exception");
  return { __proto__: null, encode: writer(DOMException), decode: reader(DOMException, core.TextDecoder), refuse };
}
