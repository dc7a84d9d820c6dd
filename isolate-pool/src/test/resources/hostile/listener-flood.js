// ends: exceededCpu, exceededMemory; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    const target = new EventTarget();
    for (let i = 0; ; i++) target.addEventListener(`event${i}`, () => {});
    return new Response("survived");
  },
};
