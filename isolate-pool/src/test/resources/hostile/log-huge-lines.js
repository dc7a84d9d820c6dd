// ends: ok, exceededCpu; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; i < 100; i++) console.log("x".repeat(1000000));
    return new Response("survived");
  },
};
