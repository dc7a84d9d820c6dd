// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;);
    return new Response("survived");
  },
};
