// ends: exceededCpu, exceededMemory, exception; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    let blob = new Blob([new Uint8Array(1000000)]);
    for (;;) blob = new Blob([blob, blob, await blob.arrayBuffer()]);
    return new Response("survived");
  },
};
