// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    let bomb = [];
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb];
    JSON.stringify(bomb);
    return new Response("survived");
  },
};
