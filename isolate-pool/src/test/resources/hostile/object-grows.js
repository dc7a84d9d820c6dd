// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = {};
    for (let i = 0; ; i++) all[`key ${i}`] = i;
    return new Response("survived");
  },
};
