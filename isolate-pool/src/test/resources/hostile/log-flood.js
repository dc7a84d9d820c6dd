// ends: ok, exceededCpu; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; i < 30000; i++) console.log("line", i);
    return new Response("survived");
  },
};
