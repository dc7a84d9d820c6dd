// ends: exception
export default {
  async fetch(request, env, ctx) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100000);
    return new Response("survived");
  },
};
