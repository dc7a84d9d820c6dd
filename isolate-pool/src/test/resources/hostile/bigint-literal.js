// ends: exception, exceededCpu
export default {
  async fetch(request, env, ctx) {
    (0, eval)("9".repeat(4000000) + "n");
    return new Response("survived");
  },
};
