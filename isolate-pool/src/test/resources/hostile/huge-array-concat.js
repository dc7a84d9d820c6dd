// ends: exceededMemory, exceededCpu, exception; cpuMs: 2000; but: an array grows in one piece, however long it is
export default {
  async fetch(request, env, ctx) {
    let all = [1, 2, 3];
    for (;;) all = all.concat(all);
    return new Response("survived");
  },
};
