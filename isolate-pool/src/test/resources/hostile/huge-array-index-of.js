// ends: exception, exceededMemory, exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;) Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
    return new Response("survived");
  },
};
