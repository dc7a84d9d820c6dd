// ends: exceededCpu, exceededMemory; cpuMs: 1000; but: one call of JSON.parse runs to its next safepoint
export default {
  async fetch(request, env, ctx) {
    const text = "[" + "{},".repeat(5000000) + "{}]";
    const all = [];
    for (;;) all.push(JSON.parse(text));
    return new Response("survived");
  },
};
