// ends: exceededCpu
export default {
  fetch() {
    const object = { toString: () => "ß".repeat(10000000) };
    for (;;) String.prototype.toUpperCase.call(object);
  },
};
