// ends: exception, exceededMemory, exceededCpu; cpuMs: 1000; but: a busy machine measures later than this allocates
export default {
  async fetch(request, env, ctx) {
    new Array(2 ** 32 - 1).fill(1);
    return new Response("survived");
  },
};
