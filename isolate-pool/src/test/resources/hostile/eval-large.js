// ends: exceededCpu, exceededMemory; cpuMs: 1000; but: parsing runs to its end
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) (0, eval)(`[${"x => x,".repeat(100000)} ${i}]`);
    return new Response("survived");
  },
};
