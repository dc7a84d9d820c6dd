// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    function* forever() { for (;;) yield 1; }
    for (const one of forever());
    return new Response("survived");
  },
};
