// ends: exceededCpu, exception
export default {
  async fetch(request, env, ctx) {
    const n = (1n << 4000000n) - 1n;
    for (;;) n.toString();
    return new Response("survived");
  },
};
