// ends: exceededCpu; isolation: revision
export default { fetch() { for (;;); } };
