// ends: exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    const all = [];
    for (;;) all.push(new Promise(() => {}).then(() => {}));
    return new Response("survived");
  },
};
