// ends: exceededCpu, exception
export default {
  async fetch(request, env, ctx) {
    let n = 3n;
    for (;;) n = n ** 3n;
    return new Response("survived");
  },
};
