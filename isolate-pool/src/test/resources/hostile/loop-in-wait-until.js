// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    ctx.waitUntil(Promise.resolve().then(() => { for (;;); }));
    return new Response("survived");
  },
};
