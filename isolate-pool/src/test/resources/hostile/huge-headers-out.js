// ends: ok, exception, exceededMemory, exceededCpu; cpuMs: 500
export default {
  async fetch(request, env, ctx) {
    const headers = new Headers();
    for (let i = 0; i < 1000; i++) headers.append("x-" + i, "y".repeat(10000));
    return new Response("", { headers });
    return new Response("survived");
  },
};
