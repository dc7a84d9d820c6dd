// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const text = "x".repeat(5000000);
    for (;;) atob(btoa(text));
    return new Response("survived");
  },
};
