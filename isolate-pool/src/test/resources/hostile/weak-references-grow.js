// ends: exceededCpu, exceededMemory; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    const registry = new FinalizationRegistry(() => {});
    const all = [];
    for (let i = 0; ; i++) { const o = { i }; registry.register(o, i); all.push(new WeakRef(o), o); }
    return new Response("survived");
  },
};
