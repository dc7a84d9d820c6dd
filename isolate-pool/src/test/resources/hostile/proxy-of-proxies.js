// ends: exceededCpu, exception; cpuMs: 300
export default {
  async fetch(request, env, ctx) {
    let proxy = {};
    for (let i = 0; i < 100000; i++) proxy = new Proxy(proxy, {});
    for (;;) proxy.missing;
    return new Response("survived");
  },
};
