// The types of what a function finds: the language's library as TypeScript has it, of the web's what an isolate has, and
// the platform's own. As an esbuild plugin: `import libraries from "libraries:"` is an object of texts by file name.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const LANGUAGE = "lib.es2025.d.ts";
const WEB = ["lib.webworker.d.ts", "lib.webworker.iterable.d.ts", "lib.webworker.asynciterable.d.ts"];

/** Names of the web that an isolate has, and types that go with them; ConsoleDataTest compares them with a real one's. */
const VALUES = [
  "Headers Request Response fetch URL URLSearchParams FormData Blob File",
  "Event EventTarget CustomEvent ErrorEvent MessageEvent CloseEvent ProgressEvent PromiseRejectionEvent AbortController AbortSignal DOMException",
  "ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamDefaultController ReadableByteStreamController ReadableStreamBYOBRequest",
  "WritableStream WritableStreamDefaultWriter WritableStreamDefaultController TransformStream TransformStreamDefaultController",
  "ByteLengthQueuingStrategy CountQueuingStrategy TextEncoder TextDecoder TextEncoderStream TextDecoderStream",
  "Crypto SubtleCrypto CryptoKey crypto Performance PerformanceEntry PerformanceMark PerformanceMeasure performance",
  "setTimeout setInterval clearTimeout clearInterval reportError queueMicrotask atob btoa structuredClone console WebAssembly",
  "EventListenerOrEventListenerObject AddEventListenerOptions EventListenerOptions",
].flatMap((names) => names.split(" "));

/** Members that an interface of the web has here; of the others it has all. */
const ONLY = new Map([
  ["SubtleCrypto", new Set(["digest"])],
  ["Performance", new Set(["now", "timeOrigin", "mark", "measure", "getEntries", "getEntriesByName", "getEntriesByType", "clearMarks", "clearMeasures", "toJSON"])],
]);

const OWN = fileURLToPath(new URL("function.d.ts", import.meta.url));
const folder = dirname(createRequire(import.meta.url).resolve("typescript"));
const parse = (name, path = join(folder, name)) => ts.createSourceFile(name, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);

/** A library and all that it refers to, by name. */
function language(name, found = new Map()) {
  if (found.has(name)) return found;
  const file = parse(name);
  found.set(name, file.text);
  for (const { fileName } of file.libReferenceDirectives) language(`lib.${fileName}.d.ts`, found);
  return found;
}

const nameOf = (statement) => (ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : statement).name.text;

/** Of the web's declarations those of the names, and the types that these name, in turn; never what the platform declares. */
function web() {
  const own = new Set(parse("function.d.ts", OWN).statements.map(nameOf));
  const values = new Map();
  const types = new Map();
  for (const statement of WEB.flatMap((name) => [...parse(name).statements])) {
    const holder = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? types : values;
    const name = nameOf(statement);
    if (!own.has(name)) holder.set(name, [...(holder.get(name) ?? []), statement]);
  }
  const taken = new Set();
  const texts = [];
  function take(statement) {
    if (taken.has(statement)) return;
    taken.add(statement);
    texts.push(textOf(statement));
    visit(statement);
  }
  function visit(node) {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
    if (name !== undefined) types.get(name.getText())?.forEach(take);
    for (const child of childrenOf(node)) visit(child);
  }
  for (const name of VALUES) {
    const declared = [...(values.get(name) ?? []), ...(types.get(name) ?? [])];
    if (declared.length === 0) throw new Error(`TypeScript's library has no ${name}`);
    declared.forEach(take);
  }
  return texts.join("\n");
}

function childrenOf(node) {
  const only = ts.isInterfaceDeclaration(node) ? ONLY.get(node.name.text) : undefined;
  const children = [];
  ts.forEachChild(node, (child) => {
    if (only === undefined || !ts.isTypeElement(child) || only.has(child.name?.getText())) children.push(child);
  });
  return children;
}

function textOf(statement) {
  if (!ts.isInterfaceDeclaration(statement) || !ONLY.has(statement.name.text)) return statement.getText();
  const members = childrenOf(statement).filter(ts.isTypeElement);
  return `interface ${statement.name.text} { ${members.map((member) => member.getText()).join("\n")} }`;
}

/** By file name. */
export function texts() {
  const all = language(LANGUAGE);
  all.set("web.d.ts", web());
  all.set("function.d.ts", readFileSync(OWN, "utf8"));
  return Object.fromEntries(all);
}

export const libraries = {
  name: "libraries",
  setup(build) {
    build.onResolve({ filter: /^libraries:$/ }, () => ({ path: "libraries", namespace: "libraries" }));
    build.onLoad({ filter: /.*/, namespace: "libraries" }, () => ({ contents: JSON.stringify(texts()), loader: "json" }));
  },
};
