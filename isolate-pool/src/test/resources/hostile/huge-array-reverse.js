// ends: exception, exceededMemory, exceededCpu
export default {
  async fetch(request, env, ctx) {
    Array.prototype.reverse.call({ length: 2 ** 53 - 1 });
    return new Response("survived");
  },
};
