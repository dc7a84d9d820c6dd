// ends: exception
export default {
  async fetch(request, env, ctx) {
    "x".repeat(2 ** 29);
    return new Response("survived");
  },
};
