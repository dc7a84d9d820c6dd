// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    /^(?:(a+)\1*)+$/.test("a".repeat(3000) + "b");
    return new Response("survived");
  },
};
