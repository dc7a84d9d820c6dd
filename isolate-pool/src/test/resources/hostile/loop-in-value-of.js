// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    +{ valueOf() { for (;;); } };
    return new Response("survived");
  },
};
