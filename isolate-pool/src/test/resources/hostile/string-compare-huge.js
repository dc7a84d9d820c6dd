// ends: exception
export default {
  async fetch(request, env, ctx) {
    const text = "ä".repeat(2000000);
    for (;;) text.localeCompare(text + "b");
    return new Response("survived");
  },
};
