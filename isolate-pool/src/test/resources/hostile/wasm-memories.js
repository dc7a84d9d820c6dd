// ends: exceededMemory, exception; cpuMs: 5000
const all = [];
export default {
  fetch() {
    for (;;) all.push(new WebAssembly.Memory({ initial: 100 }));
  },
};
