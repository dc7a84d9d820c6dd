/** DOMException: https://webidl.spec.whatwg.org/#idl-DOMException */

const CODES = {
  __proto__: null,
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

const CONSTANTS =
  "INDEX_SIZE DOMSTRING_SIZE HIERARCHY_REQUEST WRONG_DOCUMENT INVALID_CHARACTER NO_DATA_ALLOWED " +
  "NO_MODIFICATION_ALLOWED NOT_FOUND NOT_SUPPORTED INUSE_ATTRIBUTE INVALID_STATE SYNTAX INVALID_MODIFICATION NAMESPACE " +
  "INVALID_ACCESS VALIDATION TYPE_MISMATCH SECURITY NETWORK ABORT URL_MISMATCH QUOTA_EXCEEDED TIMEOUT " +
  "INVALID_NODE_TYPE DATA_CLONE";

export default function exception(core) {
  const state = core.slots();

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a DOMException");
    return own;
  }

  class DOMException {
    constructor(message = "", options = "Error") {
      const isDictionary = typeof options === "object" && options !== null;
      const name = isDictionary ? (options.name ?? "Error") : options;
      const own = { message: String(message), name: String(name) };
      state.set(this, own);
      if (isDictionary && "cause" in options) {
        Object.defineProperty(this, "cause", {
          value: options.cause,
          writable: true,
          enumerable: false,
          configurable: true,
        });
      }
      const { stack } = new Error();
      const frames = typeof stack === "string" ? stack.indexOf("\n    at ") : -1; // a guest may have replaced prepareStackTrace
      const value = `${own.name}${own.message && `: ${own.message}`}${frames < 0 ? "" : stack.slice(frames)}`;
      Object.defineProperty(this, "stack", { value, writable: true, enumerable: false, configurable: true });
    }

    get name() {
      return of(this).name;
    }

    get message() {
      return of(this).message;
    }

    get code() {
      return CODES[of(this).name] ?? 0;
    }
  }

  core.idl(DOMException, "DOMException");
  Object.setPrototypeOf(DOMException.prototype, Error.prototype);
  CONSTANTS.split(" ").forEach((name, index) => {
    const constant = { value: index + 1, enumerable: true };
    Object.defineProperty(DOMException, `${name}_ERR`, constant);
    Object.defineProperty(DOMException.prototype, `${name}_ERR`, constant);
  });

  return {
    __proto__: null,
    DOMException,
    abortError: (message = "The operation was aborted") => new DOMException(message, "AbortError"),
  };
}
