// ends: exceededCpu; cpuMs: 500
export default {
  fetch() {
    const deep = () => {
      try {
        return deep();
      } catch {
        return deep() + deep();
      }
    };
    deep();
    return new Response("survived");
  },
};
