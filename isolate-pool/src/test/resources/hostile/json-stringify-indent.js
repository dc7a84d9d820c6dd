// ends: exceededCpu, exceededMemory, exception; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    let deep = [];
    for (let i = 0; i < 5000; i++) deep = [deep, i];
    for (;;) JSON.stringify(deep, null, "          ");
    return new Response("survived");
  },
};
