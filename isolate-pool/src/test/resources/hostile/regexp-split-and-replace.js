// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;) "a".repeat(100000).replace(/(a*)*$/g, "x").split(/(?:a|a)*b/);
    return new Response("survived");
  },
};
