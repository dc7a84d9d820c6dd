// ends: exception, exceededMemory, exceededCpu; cpuMs: 2000
// (module (func $run (export "run") (call $run)))
const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0,
  10, 6, 1, 4, 0, 16, 0, 11,
]);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
export default { fetch: () => new Response(String(exports.run())) };
