// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const next = () => queueMicrotask(next);
    next();
    await new Promise(() => {});
    return new Response("survived");
  },
};
