export default {
  async fetch(request) {
    const values = {
      random: crypto.getRandomValues(new Uint8Array(4)).buffer,
      digest: await crypto.subtle.digest("SHA-256", new Uint8Array(3)),
      fetched: await (await fetch("https://example.com/")).body.getReader().read(),
      response: await fetch("https://example.com/"),
      uuid: crypto.randomUUID(),
      headers: [...request.headers],
      now: performance.now(),
      clone: structuredClone({ a: [new Map([[1, new Date()]])] }),
      encoded: new TextEncoder().encode("x").buffer,
    };
    for (const [name, value] of Object.entries(values)) walk(name, value);
    for (const name of ["random", "digest", "encoded"]) {
      const buffer = values[name];
      if (getPrototypeOf(buffer) !== ArrayBuffer.prototype) found(`${name} has a foreign prototype`);
      attempt(`${name}.transfer`, () => { buffer.transfer(); return false; });
    }
    return report();
  },
};
