// ends: exceededMemory; isolation: revision; cpuMs: 20000
const all = [];
export default { fetch() { for (let i = 0; ; i++) all.push({ i, text: `number ${i}` }); } };
