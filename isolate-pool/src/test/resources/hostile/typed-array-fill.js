// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const bytes = new Uint8Array(30000000);
    for (;;) bytes.fill(1).reverse();
    return new Response("survived");
  },
};
