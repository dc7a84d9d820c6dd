// ends: exceededCpu, exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    new Array(2 ** 25).fill(0).map((_, i) => [i]);
    return new Response("survived");
  },
};
