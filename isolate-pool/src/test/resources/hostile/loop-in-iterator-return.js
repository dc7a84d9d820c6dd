// ends: exceededCpu
export default {
  async fetch(request, env, ctx) {
    const endless = { next: () => ({ value: 1, done: false }), return() { for (;;); }, [Symbol.iterator]() { return this; } };
    const [first] = endless;
    return new Response("survived");
  },
};
