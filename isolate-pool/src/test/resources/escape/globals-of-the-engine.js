const names = [
  "Java", "JavaImporter", "Packages", "java", "javax", "javafx", "org", "com", "edu", "Polyglot", "Graal", "Debug",
  "load", "loadWithNewGlobal", "print", "printErr", "quit", "exit", "read", "readFully", "readLine", "readbuffer",
  "readline", "write", "require", "module", "exports", "__dirname", "__filename", "importScripts", "importPackage",
  "$EXEC", "$ENV", "$OPTIONS", "$ARG", "$vm", "gc", "__LINE__", "__FILE__", "__DIR__", "performanceNow", "ShadowRealm",
  "Worker", "SharedWorker", "NashornScriptEngine", "polyglot", "engine", "context", "bindings", "arguments", "hostop",
];
export default {
  fetch() {
    for (const name of names) {
      if (name in globalThis) found(`global ${name}`);
      for (const evaluate of [(0, eval), (code) => new Function(`return ${code}`)()]) {
        if (name === "arguments") continue;
        attempt(name, () => evaluate(`typeof ${name}`) !== "undefined");
      }
    }
    attempt("arguments", () => (0, eval)("typeof arguments") !== "undefined");
    attempt("this", () => (0, eval)("this") !== globalThis);
    attempt("process", () => typeof process !== "undefined" && (process.binding || process.dlopen || process.kill));
    attempt("process.env", () => typeof process !== "undefined" && process.env.PATH);
    attempt("Deno.env", () => Deno.env.get("PATH") ?? Deno.env.get("HOME"));
    if (/home|tmp|usr|target/.test(String(import.meta.url))) found(`import.meta.url is ${import.meta.url}`);
    return report();
  },
};
