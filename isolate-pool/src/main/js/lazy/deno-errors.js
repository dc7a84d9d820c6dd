/** The error classes of Deno that an operation can end with. */

const NAMES = [
  "AddrInUse",
  "AddrNotAvailable",
  "AlreadyExists",
  "BadResource",
  "BrokenPipe",
  "Busy",
  "ConnectionAborted",
  "ConnectionRefused",
  "ConnectionReset",
  "Http",
  "Interrupted",
  "InvalidData",
  "NetworkUnreachable",
  "NotCapable",
  "NotConnected",
  "NotFound",
  "NotSupported",
  "PermissionDenied",
  "TimedOut",
  "UnexpectedEof",
  "WouldBlock",
  "WriteZero",
];

export default function denoErrors() {
  const errors = { __proto__: null };
  for (const name of NAMES) {
    const type = {
      [name]: class extends Error {
        constructor(message, options) {
          super(message, options);
          Object.defineProperty(this, "name", { value: name, writable: true, enumerable: false, configurable: true });
        }
      },
    }[name];
    errors[name] = type;
  }
  return errors;
}
