// ends: exception, exceededMemory, exceededCpu
export default {
  async fetch(request, env, ctx) {
    2n ** (2n ** 40n);
    return new Response("survived");
  },
};
