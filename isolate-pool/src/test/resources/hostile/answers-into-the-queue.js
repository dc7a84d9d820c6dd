// ends: exceededCpu, exceededMemory; cpuMs: 5000
export default {
  async fetch(request, env, ctx) {
    return new Response(new ReadableStream({ start: (controller) => { for (;;) controller.enqueue(new Uint8Array(100000)); } }));
    return new Response("survived");
  },
};
