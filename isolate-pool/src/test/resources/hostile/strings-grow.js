// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (let i = 0; ; i++) all.push(`${i}`.padStart(1000000, "x"));
    return new Response("survived");
  },
};
