// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    /(?<=(a+a+)+)b/.test("a".repeat(5000) + "c" + "b".repeat(100));
    return new Response("survived");
  },
};
