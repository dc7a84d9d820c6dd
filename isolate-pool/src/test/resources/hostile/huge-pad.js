// ends: exception
export default {
  async fetch(request, env, ctx) {
    "x".padStart(2 ** 30, "abc");
    return new Response("survived");
  },
};
