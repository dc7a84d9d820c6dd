/** The playground's editor, and how TypeScript becomes JavaScript for it. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { transform } from "sucrase";
import { forceLinting, typed } from "./typed.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self, tags.null], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--good)" },
  { tag: [tags.number, tags.bool], color: "var(--warn)" },
  { tag: [tags.comment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className, tags.definition(tags.function(tags.variableName))], color: "var(--text)", fontWeight: "600" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "0.875rem", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--text)", padding: "0.75rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--accent-soft)" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--sunken)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  ".cm-wrong": { backgroundColor: "var(--bad-soft)", boxShadow: "inset 3px 0 0 var(--bad)" },
  ".cm-matchingBracket": { outline: "1px solid var(--line-strong)", backgroundColor: "transparent !important" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  ".cm-completionDetail": { color: "inherit" },
  ".cm-meaning": { maxWidth: "36rem", padding: "0.5rem 0.75rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-meaning code": { fontFamily: "var(--mono)", fontSize: "0.8125rem" },
  ".cm-meaning p": { margin: "0.5rem 0 0", color: "var(--muted)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn) 1px", textUnderlineOffset: "3px" },
  ".cm-diagnostic": { padding: "0.5rem 0.75rem", maxWidth: "36rem", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
  ".cm-diagnosticSource": { color: "var(--muted)", opacity: "1" },
});

/** The line that is wrong, until something is changed; by its beginning, or null for none. */
const wrong = StateEffect.define();
const wrongLine = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(wrong)) return effect.value === null ? Decoration.none : Decoration.set([Decoration.line({ class: "cm-wrong" }).range(effect.value)]);
    }
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * An editor in an element. Its styles are sheets of a shadow root, which the page's policy allows without
 * "unsafe-inline". `types` is the address of the worker that knows types; `problems` hears what it finds, again
 * after each change.
 */
export function makeEditor(host, { text, label, save, changed, types, problems }) {
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        wrongLine,
        javascript({ typescript: true }),
        typed(types, problems),
        syntaxHighlighting(colours),
        look,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && changed(view.state.doc.toString())),
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => (save(), true) },
          { key: "Mod-Enter", preventDefault: true, run: () => (save(), true) },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
      ],
    }),
  });
  forceLinting(view);
  return {
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
    /** Goes to a line, from 1. */
    show(line) {
      view.dispatch({ selection: { anchor: view.state.doc.line(Math.min(line, view.state.doc.lines)).from }, scrollIntoView: true });
      view.focus();
    },
    /** Marks a line, from 1, as wrong; without a line nothing is marked. */
    mark(line) {
      const isThere = line >= 1 && line <= view.state.doc.lines;
      view.dispatch({ effects: wrong.of(isThere ? view.state.doc.line(line).from : null) });
    },
  };
}

/** TypeScript without its types: each line stays where it was, so that traces name the lines of the editor. */
export function withoutTypes(source) {
  try {
    return transform(source, { transforms: ["typescript"], disableESTransforms: true, preserveDynamicImport: true, keepUnusedImports: false }).code;
  } catch (error) {
    const line = error.loc?.line ?? Number(/\((\d+):\d+\)\s*$/.exec(error.message)?.[1] ?? 0);
    throw Object.assign(new Error(error.message.replace(/^Error transforming [^:]*: /, "")), { line });
  }
}
