// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const numbers = new Float64Array(3000000).map((_, i) => Math.sin(i));
    for (;;) numbers.slice().sort();
    return new Response("survived");
  },
};
