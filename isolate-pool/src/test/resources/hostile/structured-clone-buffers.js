// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const bytes = new Uint8Array(20000000);
    for (;;) structuredClone(bytes);
    return new Response("survived");
  },
};
