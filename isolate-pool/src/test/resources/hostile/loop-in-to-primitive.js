// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    1n + { [Symbol.toPrimitive]() { for (;;); } };
    return new Response("survived");
  },
};
