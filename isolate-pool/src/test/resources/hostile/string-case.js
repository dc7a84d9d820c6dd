// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const text = "ß".repeat(5000000);
    for (;;) text.toUpperCase();
    return new Response("survived");
  },
};
