// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    try {
      for (;;);
    } finally {
      for (;;);
    }
    return new Response("survived");
  },
};
