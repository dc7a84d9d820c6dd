// ends: exceededCpu, exceededMemory, exception; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    let nested = [1];
    for (let i = 0; i < 60; i++) nested = [nested, nested];
    nested.flat(Infinity);
    return new Response("survived");
  },
};
