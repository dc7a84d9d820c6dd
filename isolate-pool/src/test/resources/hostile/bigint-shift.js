// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000; but: one operation on a long BigInt runs to its end
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(1n << 100000000n);
    return new Response("survived");
  },
};
