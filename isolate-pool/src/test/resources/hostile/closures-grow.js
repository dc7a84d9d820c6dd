// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (let i = 0; ; i++) { const data = new Array(50).fill(i); all.push(() => data); }
    return new Response("survived");
  },
};
