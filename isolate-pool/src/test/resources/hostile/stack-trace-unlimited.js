// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    Error.stackTraceLimit = Infinity;
    const all = [];
    const deep = () => { all.push(new Error("x").stack); deep(); };
    for (;;) try { deep(); } catch { /* goes on */ }
    return new Response("survived");
  },
};
