/** The URL parser of the standard: https://url.spec.whatwg.org/#url-parsing */
import machine from "whatwg-url/lib/url-state-machine.js";
import { connect } from "../parts/idna-stub.js";

export default function urlParser(core) {
  connect(core);
  return { __proto__: null, ...machine };
}
