// ends: exceededCpu, exceededMemory; cpuMs: 1000
const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0,
  10, 4, 1, 2, 0, 11,
]);
export default {
  fetch() {
    const all = [];
    for (;;) all.push(new WebAssembly.Instance(new WebAssembly.Module(bytes)));
  },
};
