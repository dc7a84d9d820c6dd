// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    const deep = () => deep() + 1;
    deep();
    return new Response("survived");
  },
};
