const names = [
  "/etc/passwd", "/etc/hostname", "file:///etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd", "../../../../../../etc/passwd", "./../../../../etc/passwd",
  "./sub/../../../../../../../etc/passwd", "....//....//etc/passwd", "..\\..\\etc\\passwd", "%2e%2e/%2e%2e/etc/passwd", "./%2e%2e/%2e%2e/etc/passwd", "./main.js%00/etc/passwd",
  "./main.js\0", "/etc/passwd\0.js", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/fd/0", "/proc/self/root/etc/passwd", "/dev/stdin", "/dev/zero", "//etc/passwd",
  "http://127.0.0.1/x.js", "https://example.com/x.js", "data:text/javascript,export default 1", "data:application/json,{}", "blob:x", "jar:file:/x.jar!/y", "jrt:/java.base/java/lang/Object.class",
  "node:fs", "node:child_process", "fs", "child_process", "java:java.lang.System", "java.lang.System", "polyglot:java", "graal:x", "wasi_snapshot_preview1", "js:scriptengine", "npm:left-pad", "jsr:@std/path",
  "", ".", "..", "/", "./", "~/.ssh/id_rsa", "main.js/../../../../etc/passwd", "./main.js/../../../../../etc/passwd", "echelon:core", "core", "./core.js", "/io/echelon/isolatepool/js/core.js",
  "./other-tenant.js", "/tmp", "./" + "../".repeat(1000) + "etc/passwd", "//", "///", "/.", "/..", "./..", "../", "/x/..", "./x/..", "file:///", "file:", "file:.", "CON", "a:b", "./a\u2215etc", "\uff0e\uff0e/etc/passwd",
];
export default {
  async fetch() {
    for (const name of names) {
      for (const options of [undefined, { with: { type: "json" } }, { with: { type: "text" } }, { with: { type: "bytes" } }]) {
        try {
          const namespace = await import(name, options);
          found(`import of ${JSON.stringify(name)} gave ${ownKeys(namespace).map(String)}`);
        } catch (error) {
          // The message repeats what was asked for; that is no finding.
          const { message } = error;
          if (!(error instanceof Error)) found(`import of ${JSON.stringify(name)} threw ${String(error)}`);
          inspectError(`import of ${JSON.stringify(name).slice(0, 50)}`, new Error(name && message.split(name).join("")));
        }
      }
    }
    return report();
  },
};
