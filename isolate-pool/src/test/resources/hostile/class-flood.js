// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) { class C { [`p${i}`]() {} } new C()[`p${i}`](); }
    return new Response("survived");
  },
};
