// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    await { then() { for (;;); } };
    return new Response("survived");
  },
};
