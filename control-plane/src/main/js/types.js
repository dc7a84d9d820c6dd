/** Worker of the playground: checks what is in the editor, and says what may stand there. It never runs it. */
import ts from "typescript";
import libraries from "libraries:";

const MAIN = "/main.ts";
const COMPLETIONS_MAX = 200;
const texts = new Map(Object.entries(libraries).map(([name, text]) => [`/${name}`, text]));
let version = 0;

const OPTIONS = {
  target: ts.ScriptTarget.ES2025,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2025.d.ts"],
  types: [],
  strict: true,
  noImplicitAny: false,
  noEmit: true,
  skipLibCheck: true,
};

const host = {
  getCompilationSettings: () => OPTIONS,
  getCurrentDirectory: () => "/",
  getDefaultLibFileName: () => "/lib.es2025.d.ts",
  getScriptFileNames: () => [MAIN, "/web.d.ts", "/function.d.ts"],
  getScriptVersion: (name) => (name === MAIN ? `${version}` : "0"),
  getScriptSnapshot: (name) => (texts.has(name) ? ts.ScriptSnapshot.fromString(texts.get(name)) : undefined),
  fileExists: (name) => texts.has(name),
  readFile: (name) => texts.get(name),
  directoryExists: (name) => name === "/",
  getDirectories: () => [],
};
const service = ts.createLanguageService(host);

function hold(text) {
  if (texts.get(MAIN) === text) return;
  texts.set(MAIN, text);
  version++;
}

const answers = {
  /** What is wrong: where, from and to, and why. */
  problems() {
    const found = [...service.getSyntacticDiagnostics(MAIN), ...service.getSemanticDiagnostics(MAIN)];
    return found.map(({ start = 0, length = 0, category, messageText }) => ({
      from: start,
      to: start + length,
      severity: category === ts.DiagnosticCategory.Error ? "error" : "warning",
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
  },

  /** What may stand at a place, as far as a word that is begun there allows. */
  completions(at, begun) {
    const found = service.getCompletionsAtPosition(MAIN, at, {})?.entries ?? [];
    const word = begun.toLowerCase();
    return found
      .filter(({ name }) => name.toLowerCase().startsWith(word))
      .slice(0, COMPLETIONS_MAX)
      .map(({ name, kind, sortText }) => ({ name, kind, sortText }));
  },

  /** What stands at a place: from, to, and its type; null for nothing. */
  meaning(at) {
    const info = service.getQuickInfoAtPosition(MAIN, at);
    if (info === undefined) return null;
    const { start, length } = info.textSpan;
    return {
      from: start,
      to: start + length,
      type: ts.displayPartsToString(info.displayParts),
      about: ts.displayPartsToString(info.documentation),
    };
  },
};

addEventListener("message", ({ data: { id, ask, text, values } }) => {
  hold(text);
  let answer = null;
  try {
    answer = answers[ask](...values);
  } catch (error) {
    console.warn("TypeScript failed", error);
  }
  postMessage({ id, answer });
});
