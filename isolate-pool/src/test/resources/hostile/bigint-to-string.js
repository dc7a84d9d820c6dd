// ends: exceededCpu, exception; but: one operation on a long BigInt runs to its end
export default {
  async fetch(request, env, ctx) {
    const n = (1n << 4000000n) - 1n;
    for (;;) n.toString();
    return new Response("survived");
  },
};
