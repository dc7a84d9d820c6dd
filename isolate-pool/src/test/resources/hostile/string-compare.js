// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const text = "ä".repeat(500000);
    for (;;) text.localeCompare(text + "b");
    return new Response("survived");
  },
};
