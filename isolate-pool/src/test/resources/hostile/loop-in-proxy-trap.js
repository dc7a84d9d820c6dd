// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));
    return new Response("survived");
  },
};
