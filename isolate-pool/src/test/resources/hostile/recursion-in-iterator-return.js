// ends: exceededCpu; cpuMs: 500
export default {
  fetch() {
    const deep = () => {
      const items = { [Symbol.iterator]: () => ({ next: () => ({ done: false }), return: deep }) };
      for (const _ of items) deep();
    };
    deep();
    return new Response("survived");
  },
};
