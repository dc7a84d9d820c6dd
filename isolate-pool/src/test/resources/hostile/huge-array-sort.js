// ends: exceededCpu, exceededMemory, exception
export default {
  fetch() {
    Array.prototype.sort.call({ length: 2 ** 53 - 1, 0: 1 });
  },
};
