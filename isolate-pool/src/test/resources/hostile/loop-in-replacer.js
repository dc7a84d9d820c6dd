// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    "aaa".replace(/a/g, () => { for (;;); });
    return new Response("survived");
  },
};
