// ends: ok, exception, exceededMemory; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    return new Response("ä".repeat(15000000));
    return new Response("survived");
  },
};
