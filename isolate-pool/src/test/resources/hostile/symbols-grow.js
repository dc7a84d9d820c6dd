// ends: exceededCpu, exceededMemory; cpuMs: 500
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) Symbol.for(`symbol ${i}`);
    return new Response("survived");
  },
};
