// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    queueMicrotask(() => { for (;;); });
    await new Promise(() => {});
    return new Response("survived");
  },
};
