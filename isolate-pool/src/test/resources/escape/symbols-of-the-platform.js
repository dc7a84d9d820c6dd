export default {
  fetch() {
    for (const key of ownKeys(globalThis)) {
      if (typeof key === "symbol" && key !== Symbol.toStringTag) found(`the global object has ${String(key)}`);
    }
    for (const name of ["echelon.wasm", "echelon.evaluated"]) attempt(name, () => globalThis[Symbol.for(name)]);
    return report();
  },
};
