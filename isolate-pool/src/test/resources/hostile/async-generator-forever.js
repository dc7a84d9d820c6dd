// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    async function* forever() { for (;;) yield 1; }
    for await (const one of forever());
    return new Response("survived");
  },
};
