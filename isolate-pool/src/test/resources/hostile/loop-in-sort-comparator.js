// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    [3, 1, 2].sort(() => { for (;;); });
    return new Response("survived");
  },
};
