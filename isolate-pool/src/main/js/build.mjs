// Bundles the platform: core.js, and each file of lazy/, to a script whose value is the file's default export.
// Usage: node build.mjs FOLDER. Does nothing when the bundles in FOLDER are newer than everything they come from.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = dirname(fileURLToPath(import.meta.url));
const module = resolve(source, "../../..");
const out = resolve(process.argv[2] ?? join(module, "target/classes/io/echelon/isolatepool/js"));
const stamp = join(module, "target/js.stamp");
const lock = join(module, "package-lock.json");

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const newest = Math.max(...[...files(source), lock].map((file) => statSync(file).mtimeMs));
const wanted = readdirSync(join(source, "lazy")).length + 1;
const made = existsSync(stamp) && existsSync(out) && readdirSync(out).length === wanted;
if (made && statSync(stamp).mtimeMs > newest) process.exit(0);

const installed = join(module, "node_modules/.package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: module, stdio: "inherit" });
  if (result.error) throw new Error(`npm could not be started: ${result.error.message}. Building needs Node ≥ 20 with npm.`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}
const { build } = await import("esbuild");

/** What whatwg-url needs and an isolate has built in, or loads as a script of its own. */
const replacements = {
  name: "replacements",
  setup({ onResolve }) {
    onResolve({ filter: /^(?:tr46|@exodus\/bytes\/(?:encoding|whatwg)\.js)$/ }, (at) => {
      if (!at.importer.includes("whatwg-url")) return null;
      return { path: join(source, at.path === "tr46" ? "parts/idna-stub.js" : "parts/exodus-stub.js") };
    });
  },
};

/** Hides the fields of web-streams-polyfill's objects, which are named _field, behind symbols. */
const hiddenFields = {
  name: "hidden-fields",
  setup({ onLoad }) {
    onLoad({ filter: /web-streams-polyfill.dist.ponyfill\.mjs$/ }, (at) => {
      const text = readFileSync(at.path, "utf8");
      const literal = new Set([...text.matchAll(/[{,}](_[a-zA-Z]\w{2,})(?=[:(])/g)].map((found) => found[1]));
      const fields = new Set(
        [...text.matchAll(/\.(_[a-zA-Z]\w{2,})=(?!=)/g)].map((found) => found[1]).filter((name) => !literal.has(name)),
      );
      const symbols = [...fields].map((name) => `$${name}=Symbol.for("[[${name.slice(1)}]]")`);
      const contents = text
        .replace(/\.(_[a-zA-Z]\w{2,})\b/g, (found, name) => (fields.has(name) ? `[$${name}]` : found))
        .replace(/"(_[a-zA-Z]\w{2,})"/g, (found, name) => (fields.has(name) ? `$${name}` : found));
      return { contents: `const ${symbols.join(",")};${contents}`, loader: "js" };
    });
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const entries = [join(source, "core.js"), ...readdirSync(join(source, "lazy")).map((name) => join(source, "lazy", name))];
const result = await build({
  absWorkingDir: module,
  entryPoints: entries,
  outdir: out,
  outbase: join(source, "lazy"),
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  platform: "neutral",
  mainFields: ["module", "main"],
  legalComments: "inline",
  plugins: [replacements, hiddenFields],
  logLevel: "warning",
});
if (result.warnings.length > 0) process.exit(1);

for (const file of result.outputFiles) {
  const exported = /export \{\s*(\w+) as default\s*\};\s*$/;
  if (!exported.test(file.text)) throw new Error(`${file.path} must have a default export and nothing else`);
  const body = file.text.replace(exported, "return $1;\n");
  writeFileSync(join(out, basename(file.path)), `(function () {\n"use strict";\n${body}})()\n`);
}
writeFileSync(stamp, "");
