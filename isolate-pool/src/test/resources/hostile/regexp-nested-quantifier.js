// ends: ok, exceededCpu
export default {
  async fetch(request, env, ctx) {
    /^(a+)+$/.test("a".repeat(64) + "b");
    return new Response("survived");
  },
};
