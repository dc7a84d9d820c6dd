// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) new Intl.DateTimeFormat("de", { dateStyle: "full" }).format(i);
    return new Response("survived");
  },
};
