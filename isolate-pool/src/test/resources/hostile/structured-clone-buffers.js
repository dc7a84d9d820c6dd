// ends: exceededCpu, exceededMemory; but: a busy machine measures later than this allocates
export default {
  async fetch(request, env, ctx) {
    const bytes = new Uint8Array(20000000);
    for (;;) structuredClone(bytes);
    return new Response("survived");
  },
};
