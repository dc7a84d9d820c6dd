// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = new Set();
    for (let i = 0; ; i++) all.add(`text ${i}`);
    return new Response("survived");
  },
};
