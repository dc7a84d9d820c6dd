// ends: exceededMemory, exceededCpu, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    let all = [1, 2, 3];
    for (;;) all = all.concat(all);
    return new Response("survived");
  },
};
