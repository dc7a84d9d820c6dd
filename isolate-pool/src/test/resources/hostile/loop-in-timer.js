// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    setTimeout(() => { for (;;); }, 1);
    await new Promise(() => {});
    return new Response("survived");
  },
};
