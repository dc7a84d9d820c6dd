// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = new Map();
    for (let i = 0; ; i++) all.set(i, { i });
    return new Response("survived");
  },
};
