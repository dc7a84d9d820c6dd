// ends: exception, exceededMemory; cpuMs: 20000
export default {
  async fetch(request, env, ctx) {
    let text = "x";
    for (let i = 0; ; i++) text += `${text}${i}`;
    return new Response("survived");
  },
};
