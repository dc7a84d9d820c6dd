// ends: exceededMemory, exceededCpu, exception; cpuMs: 2000; but: one call of an array method runs to its end
export default {
  async fetch(request, env, ctx) {
    let all = [1, 2, 3];
    for (;;) all = all.concat(all);
    return new Response("survived");
  },
};
