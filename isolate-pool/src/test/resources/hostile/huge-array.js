// ends: exception, exceededMemory, exceededCpu; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    new Array(2 ** 32 - 1).fill(1);
    return new Response("survived");
  },
};
