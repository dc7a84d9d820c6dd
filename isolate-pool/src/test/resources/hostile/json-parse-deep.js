// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    JSON.parse("[".repeat(10000000));
    return new Response("survived");
  },
};
