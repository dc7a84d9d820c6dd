// ends: exceededMemory; cpuMs: 20000; but: it takes up to 20 MB a millisecond, and a busy machine looks at it later than that
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(new Float64Array(100000));
    return new Response("survived");
  },
};
