// ends: exceededCpu; cpuMs: 500
export default {
  fetch() {
    function* deep() {
      try {
        yield* deep();
      } finally {
        yield* deep();
      }
    }
    [...deep()];
    return new Response("survived");
  },
};
