// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) Date.parse(`${i} Foo `.repeat(10000));
    return new Response("survived");
  },
};
