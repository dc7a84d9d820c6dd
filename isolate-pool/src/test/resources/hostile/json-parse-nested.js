// ends: exceededCpu, exceededMemory; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    const rows = "[" + "[1,[2,[3]]],".repeat(1000000) + "0]";
    const text = `{"a":{"b":[[${rows}]]}}`;
    const all = [];
    for (;;) all.push(JSON.parse(text));
    return new Response("survived");
  },
};
