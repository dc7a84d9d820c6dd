// ends: exception, exceededCpu
export default {
  async fetch(request, env, ctx) {
    Number("0x" + "f".repeat(16000000));
    return new Response("survived");
  },
};
