// ends: exception, exceededMemory, exceededCpu; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    Array.from({ length: 2 ** 32 - 1 });
    return new Response("survived");
  },
};
