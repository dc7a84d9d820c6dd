// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (;;) console.log("again");
    return new Response("survived");
  },
};
