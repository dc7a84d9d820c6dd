/** Host names that are not ASCII: https://www.unicode.org/reports/tr46/ */
import { toASCII, toUnicode } from "tr46";

export default function idna() {
  return { __proto__: null, toASCII, toUnicode };
}
