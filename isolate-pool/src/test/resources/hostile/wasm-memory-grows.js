// ends: exceededMemory, exceededCpu; cpuMs: 5000
// (module (memory 1) (func (export "run") (loop (drop (memory.grow (i32.const 16))) (br 0))))
const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1,
  7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 14, 1, 12, 0, 3, 64, 65, 16, 64, 0, 26, 12, 0, 11, 11,
]);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
export default { fetch: () => new Response(String(exports.run())) };
