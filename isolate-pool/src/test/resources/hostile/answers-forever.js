// ends: exceededCpu, exceededMemory; cpuMs: 300
export default {
  async fetch(request, env, ctx) {
    return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }));
    return new Response("survived");
  },
};
