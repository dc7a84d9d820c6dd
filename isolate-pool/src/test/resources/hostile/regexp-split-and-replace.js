// ends: exceededCpu, exceededMemory; but: one match runs to its next safepoint
export default {
  async fetch(request, env, ctx) {
    for (;;) "a".repeat(100000).replace(/(a*)*$/g, "x").split(/(?:a|a)*b/);
    return new Response("survived");
  },
};
