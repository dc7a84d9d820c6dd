// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    "x".repeat(1000000).replaceAll("x", "y".repeat(1000000));
    return new Response("survived");
  },
};
