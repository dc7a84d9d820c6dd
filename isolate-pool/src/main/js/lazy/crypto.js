/** crypto: random values and digests; Java does the work. https://w3c.github.io/webcrypto/ */

const MOST_RANDOM = 65_536;
const DIGESTS = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

export default function cryptoScript(core) {
  const allowed = {};

  function domException(message, name) {
    return new (core.use("exception").DOMException)(message, name);
  }

  class CryptoKey {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }

  class SubtleCrypto {
    constructor(token) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
    }

    async digest(algorithm, data) {
      if (arguments.length < 2) throw new TypeError(`SubtleCrypto.digest: 2 arguments are needed, ${arguments.length} given`);
      const asked = typeof algorithm === "object" && algorithm !== null ? algorithm.name : algorithm;
      const name = `${asked}`.toUpperCase();
      if (!DIGESTS.includes(name) && name !== "MD5") {
        throw domException(`The digest "${asked}" is not one of ${DIGESTS.join(", ")}`, "NotSupportedError");
      }
      return core.digest(name, bytesOf(data)).buffer;
    }
  }

  function bytesOf(data) {
    if (ArrayBuffer.isView(data)) return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    if (data instanceof ArrayBuffer) return new Uint8Array(new Uint8Array(data));
    throw new TypeError("The data must be an ArrayBuffer or a view of one");
  }

  const subtle = new SubtleCrypto(allowed);
  const isInteger = /^(?:Big)?(?:Ui|I)nt(?:8|16|32|64)(?:Clamped)?Array$/;
  const nameOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

  class Crypto {
    constructor(token) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
    }

    get subtle() {
      return subtle;
    }

    getRandomValues(array) {
      const kind = core.apply(nameOfView, array, []);
      if (kind === undefined && !ArrayBuffer.isView(array)) {
        throw new TypeError("crypto.getRandomValues: the argument must be an integer typed array");
      }
      if (kind === undefined || !isInteger.test(kind)) {
        throw domException("crypto.getRandomValues: the argument must be an integer typed array", "TypeMismatchError");
      }
      if (array.byteLength > MOST_RANDOM) {
        const message = `crypto.getRandomValues gives at most ${MOST_RANDOM} bytes at once, ${array.byteLength} were asked for`;
        throw domException(message, "QuotaExceededError");
      }
      if (array.byteLength > 0) {
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(core.randomBytes(array.byteLength));
      }
      return array;
    }

    randomUUID() {
      return core.randomUUID();
    }
  }

  core.idl(CryptoKey, "CryptoKey");
  core.idl(SubtleCrypto, "SubtleCrypto");
  core.idl(Crypto, "Crypto");
  return { __proto__: null, CryptoKey, SubtleCrypto, Crypto, crypto: new Crypto(allowed) };
}
