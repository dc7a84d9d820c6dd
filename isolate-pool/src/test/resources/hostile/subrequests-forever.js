// ends: exceededCpu, exception; cpuMs: 300
export default {
  async fetch(request, env, ctx) {
    for (;;) await fetch("https://example.com/");
    return new Response("survived");
  },
};
