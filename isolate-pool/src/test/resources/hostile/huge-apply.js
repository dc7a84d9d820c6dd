// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    Math.max.apply(null, { length: 2 ** 31 - 1 });
    return new Response("survived");
  },
};
