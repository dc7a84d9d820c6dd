// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    let bomb = {};
    for (let i = 0; i < 60; i++) bomb = { get left() { return { ...bomb }; }, right: [bomb, bomb] };
    for (;;) structuredClone(bomb);
    return new Response("survived");
  },
};
