// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (let i = 0; ; i++) all.push({ i, text: `number ${i}` });
    return new Response("survived");
  },
};
