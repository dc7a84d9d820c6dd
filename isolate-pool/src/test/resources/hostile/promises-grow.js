// ends: exceededMemory; cpuMs: 20000; but: a busy machine measures later than this allocates
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(new Promise(() => {}).then(() => {}));
    return new Response("survived");
  },
};
