// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) new Function("a", `return a + ${i}`)(i);
    return new Response("survived");
  },
};
