// ends: exceededCpu, exceededMemory; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    function* forever() { for (;;) yield 1; }
    const all = [...forever()];
    return new Response("survived");
  },
};
