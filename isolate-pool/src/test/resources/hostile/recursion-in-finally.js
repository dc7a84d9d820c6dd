// ends: exceededCpu; cpuMs: 500
export default {
  fetch() {
    const deep = () => {
      try {
        deep();
      } finally {
        deep();
      }
    };
    deep();
    return new Response("survived");
  },
};
