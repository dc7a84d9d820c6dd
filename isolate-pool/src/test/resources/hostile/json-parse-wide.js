// ends: exceededCpu, exceededMemory; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    const text = "[" + "{},".repeat(5000000) + "{}]";
    const all = [];
    for (;;) all.push(JSON.parse(text));
    return new Response("survived");
  },
};
