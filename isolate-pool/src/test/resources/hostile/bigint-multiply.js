// ends: exceededCpu, exception
export default {
  async fetch(request, env, ctx) {
    let n = 1n << 100000n;
    for (;;) n = n * n;
    return new Response("survived");
  },
};
