// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;) await null;
    return new Response("survived");
  },
};
