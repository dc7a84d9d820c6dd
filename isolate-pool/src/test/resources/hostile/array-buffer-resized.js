// ends: exceededMemory, exception; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) {
      const buffer = new ArrayBuffer(1, { maxByteLength: 30000000 });
      buffer.resize(30000000);
      all.push(buffer);
    }
    return new Response("survived");
  },
};
