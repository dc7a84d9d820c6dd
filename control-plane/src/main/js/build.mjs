// Bundles the playground's editor, what checks its types, and the library of the charts to a module each. Usage: node build.mjs FOLDER.
// Does nothing when the bundles in FOLDER are newer than everything they come from.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = dirname(fileURLToPath(import.meta.url));
const module = resolve(source, "../../..");
const folder = resolve(process.argv[2] ?? join(module, "target/classes/console"));
const made = ["editor.js", "types.js", "uplot.js", "uplot.css"].map((name) => join(folder, name));
const inputs = [...readdirSync(source).map((name) => join(source, name)), join(module, "package-lock.json")];
const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
if (made.every((file) => existsSync(file) && statSync(file).mtimeMs > newest)) process.exit(0);

const { build } = await import("esbuild");
const { libraries } = await import("./libraries.mjs");
const result = await build({
  absWorkingDir: module,
  entryPoints: ["editor.js", "types.js", "uplot.js"].map((name) => join(source, name)),
  plugins: [libraries],
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  platform: "browser",
  legalComments: "inline",
  logLevel: "warning",
});
if (result.warnings.length > 0) process.exit(1);
