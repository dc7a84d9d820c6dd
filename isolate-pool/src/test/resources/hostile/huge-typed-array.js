// ends: exception
export default {
  async fetch(request, env, ctx) {
    new Uint8Array(2 ** 31 - 1);
    return new Response("survived");
  },
};
