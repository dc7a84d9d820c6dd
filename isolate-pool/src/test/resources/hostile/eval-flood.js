// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) (0, eval)(`(function f${i}(x) { return x + ${i}; })(${i})`);
    return new Response("survived");
  },
};
