// ends: exceededCpu, exceededMemory, exception
export default {
  fetch() {
    new Array(2 ** 32 - 1).includes(1);
    new Array(2 ** 32 - 1).reduce((a, b) => a, 0);
    Uint8Array.from({ length: 2 ** 53 - 1 });
    String.raw({ raw: { length: 2 ** 53 - 1 } });
    JSON.stringify(new Array(2 ** 32 - 1));
  },
};
