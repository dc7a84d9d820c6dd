// ends: exceededMemory, exception; cpuMs: 5000
export default {
  fetch() {
    const memory = new WebAssembly.Memory({ initial: 30000 });
    return new Response(String(memory.buffer.byteLength));
  },
};
