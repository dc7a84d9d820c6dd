// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    return new Response("", { headers: { get x() { for (;;); } } });
    return new Response("survived");
  },
};
