// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    Error.prepareStackTrace = () => { for (;;); };
    new Error("x").stack;
    return new Response("survived");
  },
};
