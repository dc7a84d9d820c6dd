// ends: exceededCpu, exceededMemory; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    for (;;) setTimeout(() => {}, 1e6);
    return new Response("survived");
  },
};
