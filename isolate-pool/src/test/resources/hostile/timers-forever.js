// ends: exceededCpu, exceededWallTime; cpuMs: 20; wallMs: 1500
export default {
  async fetch(request, env, ctx) {
    const next = () => setTimeout(next, 0);
    next();
    await new Promise(() => {});
    return new Response("survived");
  },
};
