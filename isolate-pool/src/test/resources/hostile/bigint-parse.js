// ends: exception, exceededCpu
export default {
  async fetch(request, env, ctx) {
    BigInt("9".repeat(16000000));
    return new Response("survived");
  },
};
