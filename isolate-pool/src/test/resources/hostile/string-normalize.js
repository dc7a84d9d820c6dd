// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const text = "\u1e9b\u0323".repeat(1000000);
    for (;;) text.normalize("NFKD");
    return new Response("survived");
  },
};
