// ends: exception, exceededMemory, exceededCpu; but: one call runs to its end
export default {
  async fetch(request, env, ctx) {
    2n ** (2n ** 40n);
    return new Response("survived");
  },
};
