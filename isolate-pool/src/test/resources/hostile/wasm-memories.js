// ends: exceededMemory, exception; cpuMs: 5000; but: a busy machine measures later than this allocates
const all = [];
export default {
  fetch() {
    for (;;) all.push(new WebAssembly.Memory({ initial: 100 }));
  },
};
