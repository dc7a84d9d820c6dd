/** The editor's view of types: a worker that TypeScript runs in is asked, and what it says is shown. */
import { autocompletion } from "@codemirror/autocomplete";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { forceLinting, linter } from "@codemirror/lint";
import { hoverTooltip } from "@codemirror/view";

const CHECK_AFTER_MS = 400;

/** How an icon beside a proposal is called, by TypeScript's kind of it. */
const KINDS = new Map(
  Object.entries({
    function: "function",
    "local function": "function",
    method: "method",
    property: "property",
    getter: "property",
    setter: "property",
    class: "class",
    interface: "interface",
    type: "type",
    alias: "type",
    "type parameter": "type",
    module: "namespace",
    keyword: "keyword",
    const: "constant",
    let: "variable",
    var: "variable",
    "local var": "variable",
    parameter: "variable",
  }),
);

/** Asks the worker; it comes alive with the first question. */
function asker(address) {
  let worker;
  let last = 0;
  const open = new Map();
  return function ask(what, text, ...values) {
    worker ??= start(address, open);
    const id = ++last;
    return new Promise((resolve) => {
      open.set(id, resolve);
      worker.postMessage({ id, ask: what, text, values });
    });
  };
}

function start(address, open) {
  const policy = globalThis.trustedTypes?.createPolicy("echelon-types", { createScriptURL: () => address });
  const worker = new Worker(policy === undefined ? address : policy.createScriptURL(""), { type: "module" });
  worker.addEventListener("message", ({ data: { id, answer } }) => {
    open.get(id)?.(answer);
    open.delete(id);
  });
  return worker;
}

/**
 * Extensions that check, propose and explain. `told` hears of the problems whenever they are known.
 */
export function typed(address, told) {
  const ask = asker(address);

  async function problems({ state }) {
    const text = state.doc.toString();
    const found = (await ask("problems", text)) ?? [];
    told(found.map(({ from, message }) => ({ line: state.doc.lineAt(Math.min(from, text.length)).number, message })));
    return found.map((one) => ({ ...one, to: Math.min(text.length, Math.max(one.to, one.from)), source: "TypeScript" }));
  }

  async function completions(context) {
    const word = context.matchBefore(/[\w$]*/);
    const isMember = context.matchBefore(/\.\s*[\w$]*/) !== null;
    if (word.from === word.to && !isMember && !context.explicit) return null;
    const found = await ask("completions", context.state.doc.toString(), context.pos, word.text);
    if (context.aborted || !found || found.length === 0) return null;
    const options = found.map(({ name, kind, sortText }) => ({ label: name, type: KINDS.get(kind), sortText }));
    return { from: word.from, options, validFor: /^[\w$]*$/ };
  }

  async function meaning(view, at) {
    const found = await ask("meaning", view.state.doc.toString(), at);
    if (!found) return null;
    return {
      pos: found.from,
      end: found.to,
      create() {
        const dom = document.createElement("div");
        dom.className = "cm-meaning";
        const type = dom.appendChild(document.createElement("code"));
        type.textContent = found.type;
        if (found.about !== "") dom.appendChild(document.createElement("p")).textContent = found.about;
        return { dom };
      },
    };
  }

  return [
    linter(problems, { delay: CHECK_AFTER_MS }),
    hoverTooltip(meaning),
    autocompletion(),
    javascriptLanguage.data.of({ autocomplete: completions }),
  ];
}

export { forceLinting };
