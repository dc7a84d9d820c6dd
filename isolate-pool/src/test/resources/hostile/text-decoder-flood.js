// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const bytes = new Uint8Array(10000000).fill(0xc3);
    for (;;) new TextDecoder().decode(bytes);
    return new Response("survived");
  },
};
