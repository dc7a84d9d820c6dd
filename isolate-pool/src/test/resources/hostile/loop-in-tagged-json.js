// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    JSON.stringify({ toJSON() { for (;;); } });
    return new Response("survived");
  },
};
