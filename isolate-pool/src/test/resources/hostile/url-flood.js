// ends: exceededCpu, exceededMemory
export default {
  async fetch(request, env, ctx) {
    for (let i = 0; ; i++) new URL(`https://example.com/${i}?${"a=b&".repeat(1000)}`).searchParams.get("a");
    return new Response("survived");
  },
};
