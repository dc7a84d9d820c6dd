// ends: ok, exceededCpu; cpuMs: 2000
export default {
  async fetch(request, env, ctx) {
    let bomb = {};
    for (let i = 0; i < 100; i++) bomb = { left: bomb, right: bomb, [i]: new Array(1000).fill(bomb) };
    for (let i = 0; i < 100; i++) console.log(bomb, [bomb, bomb], new Map([[bomb, bomb]]));
    return new Response("survived");
  },
};
