// ends: exception, exceededCpu
export default {
  fetch() {
    throw { toString() { for (;;); }, get stack() { for (;;); }, get message() { for (;;); } };
  },
};
