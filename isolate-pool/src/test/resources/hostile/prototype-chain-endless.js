// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    let object = {};
    for (let i = 0; i < 100000; i++) object = Object.create(object);
    for (;;) object.missing;
    return new Response("survived");
  },
};
