// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const bytes = new Uint8Array(1000000);
    for (;;) await crypto.subtle.digest("SHA-512", bytes);
    return new Response("survived");
  },
};
