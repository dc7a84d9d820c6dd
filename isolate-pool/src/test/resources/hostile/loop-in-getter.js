// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    ({ get x() { for (;;); } }).x;
    return new Response("survived");
  },
};
