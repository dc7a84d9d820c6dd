// ends: hung
export default {
  async fetch(request, env, ctx) {
    return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
    return new Response("survived");
  },
};
