// ends: exceededMemory; isolation: revision; cpuMs: 20000; but: a busy machine measures later than this allocates
const all = [];
export default { fetch() { for (let i = 0; ; i++) all.push({ i, text: `number ${i}` }); } };
