// ends: exceededCpu, exceededMemory; cpuMs: 1000
export default {
  async fetch(request, env, ctx) {
    let all = [new Uint8Array(1024 * 1024)];
    for (;;) all = [all, structuredClone(all)];
    return new Response("survived");
  },
};
