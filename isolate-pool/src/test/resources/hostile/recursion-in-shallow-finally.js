// ends: exceededCpu; cpuMs: 500
export default {
  fetch() {
    const deep = (n) => {
      if (n === 0) throw new Error("the end");
      try {
        deep(n - 1);
      } finally {
        deep(n - 1);
      }
    };
    deep(100);
    return new Response("survived");
  },
};
