// Bundles the playground's editor to one module. Usage: node build.mjs FOLDER.
// Does nothing when the bundle in FOLDER is newer than everything it comes from.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = dirname(fileURLToPath(import.meta.url));
const module = resolve(source, "../../..");
const out = join(resolve(process.argv[2] ?? join(module, "target/classes/console")), "editor.js");
const inputs = [...readdirSync(source).map((name) => join(source, name)), join(module, "package-lock.json")];
const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
if (existsSync(out) && statSync(out).mtimeMs > newest) process.exit(0);

const { build } = await import("esbuild");
const result = await build({
  absWorkingDir: module,
  entryPoints: [join(source, "editor.js")],
  outfile: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  platform: "browser",
  legalComments: "inline",
  logLevel: "warning",
});
if (result.warnings.length > 0) process.exit(1);
