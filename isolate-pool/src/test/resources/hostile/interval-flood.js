// ends: exceededCpu, exceededMemory, exceededWallTime; wallMs: 5000
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; i < 1000; i++) setInterval(() => {}, 1);
    await new Promise(() => {});
    return new Response("survived");
  },
};
