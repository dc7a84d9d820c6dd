// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    `${{ toString() { for (;;); } }}`;
    return new Response("survived");
  },
};
