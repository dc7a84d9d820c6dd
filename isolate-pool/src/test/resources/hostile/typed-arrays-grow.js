// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(new Float64Array(100000));
    return new Response("survived");
  },
};
