// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    const a = [];
    a.toString = () => String(a);
    String(a);
    return new Response("survived");
  },
};
