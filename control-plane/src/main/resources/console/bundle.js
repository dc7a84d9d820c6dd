/** Makes a bundle of what was dropped or chosen: files with paths, and the manifest that edge.json asks for. */
import { unzip } from "./zip.js";

const FILES_MAX = 10_000;
const BYTES_MAX = 50_000_000;
const ENTRIES = ["main", "index"].flatMap((name) => ["js", "mjs", "wasm"].map((kind) => `${name}.${kind}`));
const NOT_IN_MANIFEST = new Set(["$schema", "name", "main"]);
const OF_DENO = ["isolation", "warm", "limits", "permissions", "crons", "assets", "env"];
const TO_BUNDLE = /\.(ts|tsx|jsx|mts|cts)$/;

/** Files of a drop: folders are walked, a single zip is opened. */
export async function fromDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [];
  for (const entry of entries) await walk(entry, "", files);
  return fromFiles(files);
}

async function walk(entry, folder, files) {
  if (files.length > FILES_MAX) throw new Error(`There are more than ${FILES_MAX} files`);
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ path: folder + entry.name, file });
  } else if (!skipped(entry.name)) {
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) break;
      for (const child of some) await walk(child, `${folder}${entry.name}/`, files);
    }
  }
}

/** [{path, file: File}] as {name, files: [{path, size, bytes()}], config}. */
export async function fromFiles(chosen) {
  const zip = chosen.length === 1 && /\.zip$/i.test(chosen[0].path) ? chosen[0] : null;
  const found = zip
    ? unzip(await zip.file.arrayBuffer())
    : chosen.map(({ path, file }) => ({ path, size: file.size, bytes: async () => new Uint8Array(await file.arrayBuffer()) }));
  const kept = found.filter(({ path }) => !path.split("/").some(skipped));
  if (kept.length === 0) throw new Error("There are no files in it");
  const root = commonRoot(kept.map(({ path }) => path));
  const files = kept.map((file) => ({ ...file, path: file.path.slice(root.length) })).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length > FILES_MAX) throw new Error(`There are ${files.length} files; at most ${FILES_MAX} are allowed`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > BYTES_MAX) throw new Error(`The files have ${bytes} bytes; at most ${BYTES_MAX} are allowed`);
  const name = (root.replace(/\/$/, "") || (zip ? zip.path.replace(/\.zip$/i, "") : "")).split("/").pop();
  return { name: appName(name), ...(await configured(files)) };
}

async function configured(files) {
  const file = ["edge.json", "deno.json"].map((name) => files.find(({ path }) => path === name)).find(Boolean);
  const config = file ? parse(file.path, new TextDecoder().decode(await file.bytes())) : {};
  const main = config.main ?? ENTRIES.find((entry) => files.some(({ path }) => path === entry));
  const source = main ?? files.find(({ path }) => /^(main|index)\./.test(path) && TO_BUNDLE.test(path))?.path;
  if (source && TO_BUNDLE.test(source)) {
    throw new Error(`The entry ${source} has to be bundled before it can run: use edge deploy in a terminal`);
  }
  if (!main) throw new Error(`There is no entry: name it in edge.json, or call it ${ENTRIES.join(", ")}`);
  if (config.imports) throw new Error(`${file.path} has an import map, which has to be bundled: use edge deploy in a terminal`);
  const keys = Object.keys(config).filter((key) => (file?.path === "deno.json" ? OF_DENO.includes(key) : !NOT_IN_MANIFEST.has(key)));
  const settings = Object.fromEntries(keys.map((key) => [key, config[key]]));
  return { files: files.filter((other) => other !== file), main: main.replace(/^\.\//, ""), settings, appName: file?.path === "edge.json" ? config.name : undefined };
}

function parse(name, text) {
  try {
    return JSON.parse(withoutComments(text));
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error.message}`);
  }
}

/** JSON with comments as JSON: texts are stepped over. */
function withoutComments(text) {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) => (part.startsWith("/") ? " " : part));
}

function skipped(name) {
  return name === "node_modules" || name === "__MACOSX" || (name.startsWith(".") && name !== ".well-known");
}

function commonRoot(paths) {
  const first = paths[0].split("/").slice(0, -1);
  const count = first.findIndex((_, i) => !paths.every((path) => path.startsWith(first.slice(0, i + 1).join("/") + "/")));
  const root = (count < 0 ? first : first.slice(0, count)).slice(0, 1).join("/");
  return root === "" ? "" : `${root}/`;
}

function appName(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 26);
}
