// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(1n << 100000000n);
    return new Response("survived");
  },
};
