// ends: exceededCpu, exceededMemory; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) (0, eval)(`[${"x => x,".repeat(100000)} ${i}]`);
    return new Response("survived");
  },
};
