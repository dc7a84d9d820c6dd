// ends: exceededCpu, exceededMemory, exception; cpuMs: 1000; but: one call of an array method runs to its end
export default {
  async fetch(request, env, ctx) {
    let nested = [1];
    for (let i = 0; i < 60; i++) nested = [nested, nested];
    nested.flat(Infinity);
    return new Response("survived");
  },
};
