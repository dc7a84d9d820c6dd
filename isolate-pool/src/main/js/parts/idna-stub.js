// Stands in for tr46 in the URL parser: its tables load as a script of their own, on the first host that needs them.
const PLAIN = /^[\x00-\x7f]*$/;
let core;

export function connect(theCore) {
  core = theCore;
}

export function toASCII(domain, options) {
  if (PLAIN.test(domain)) {
    const lower = domain.toLowerCase();
    if (!lower.includes("xn--") && !options.verifyDNSLength) return lower;
  }
  return core.use("idna").toASCII(domain, options);
}
