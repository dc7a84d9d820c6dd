// ends: exception, exceededMemory
export default {
  async fetch(request, env, ctx) {
    BigInt.asUintN(2 ** 30, -1n).toString();
    return new Response("survived");
  },
};
