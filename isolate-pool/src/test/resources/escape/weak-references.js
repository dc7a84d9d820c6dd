export default {
  async fetch() {
    const registry = new FinalizationRegistry((held) => inspect("held", held));
    for (let i = 0; i < 100; i++) registry.register({}, i);
    const reference = new WeakRef({});
    await new Promise((resolve) => setTimeout(resolve, 5));
    inspect("deref", reference.deref());
    return report();
  },
};
