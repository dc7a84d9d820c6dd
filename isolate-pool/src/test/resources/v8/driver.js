// A script whose value takes the platform's codec and the values, and gives what the tests call.
((codec, values) => {
  const { encode, decode } = codec({ __proto__: null, use: () => ({ DOMException: class DOMException extends Error {} }), TextDecoder });
  const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const attempt = (bytes) => {
    try {
      return { value: decode(bytes) };
    } catch (error) {
      return { error };
    }
  };
  return {
    names: () => Object.keys(values),
    write: (name) => toHex(encode(values[name], 1_000_000)),
    writeOf: (expression) => toHex(encode((0, eval)(expression), 1_000_000)),
    writeAgain: (hex) => toHex(encode(decode(fromHex(hex)), 1_000_000)),
    refusal: (hex) => String(attempt(fromHex(hex)).error),
    /** Reads bytes and cut and changed ones; gives the first failure that is none of the reader's own. */
    disturb(hex, seed) {
      let state = seed;
      const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const bytes = fromHex(hex);
      for (let round = 0; round < 20; round++) {
        const changed = new Uint8Array(bytes.buffer.slice(0, round % 4 === 0 ? random(bytes.length + 1) : bytes.length));
        for (let i = random(4); i >= 0 && changed.length > 2; i--) changed[2 + random(changed.length - 2)] = random(256);
        const { error } = attempt(changed);
        if (error !== undefined && !(error instanceof RangeError && error.message.startsWith("could not deserialize value: "))) {
          return `${toHex(changed)}: ${error?.stack ?? error}`;
        }
      }
      return "";
    },
  };
})
