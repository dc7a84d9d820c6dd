// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(fetch("https://example.com/"));
    return new Response("survived");
  },
};
