// ends: exceededWallTime; wallMs: 300
export default {
  async fetch(request, env, ctx) {
    setInterval(() => {}, 50);
    await new Promise(() => {});
    return new Response("survived");
  },
};
