// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;) {
      try {
        for (;;);
      } catch {
        // goes on
      } finally {
        continue;
      }
    }
    return new Response("survived");
  },
};
