// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    const next = () => Promise.resolve().then(next);
    await next();
    return new Response("survived");
  },
};
